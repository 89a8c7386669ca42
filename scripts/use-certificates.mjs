import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { ConfigError } from "../lib/config.ts";

const name = "NODE_EXTRA_CA_CERTS";

/**
 * Trusts the certificates of NODE_EXTRA_CA_CERTS beside those that Node trusts, also where a .env file names
 * them: Node itself reads only the environment that it was started with, and passes over a file that it
 * cannot read. Throws `ConfigError`.
 */
export function useCertificates(env = process.env) {
  const file = env[name];
  if (!file) return;
  const certificates = readCertificates(file);
  const known = new Set(tls.getCACertificates("default"));
  const added = certificates.filter((each) => !known.has(each));
  if (added.length > 0) tls.setDefaultCACertificates([...known, ...added]);
}

function readCertificates(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw wrong(`a file that cannot be read (${error.code ?? "unknown"})`);
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw wrong("a file without a certificate in it");
  try {
    return blocks.map((block) => new X509Certificate(block).toString().trim());
  } catch {
    throw wrong("a certificate that cannot be read");
  }
}

const wrong = (found) =>
  new ConfigError([`${name}: found ${found}, expected the path of a file of certificates (PEM)`]);
