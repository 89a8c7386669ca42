// Writes a CycloneDX 1.6 bill of materials of the lockfile to standard output: every platform's packages, not
// only those installed here.
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
const { name, version, license } = read("package.json");
const { packages } = read("package-lock.json");

const components = Object.entries(packages)
  .filter(([path]) => path !== "")
  .map(([path, entry]) => componentOf(path.slice(path.lastIndexOf("node_modules/") + 13), entry));
const bill = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: { type: "application", name, version, licenses: [{ expression: license }] } },
  components,
};
process.stdout.write(`${JSON.stringify(bill, undefined, 2)}\n`);

function componentOf(packageName, { version: exact, license: terms, integrity, dev, optional }) {
  const [group, own] = packageName.startsWith("@") ? packageName.split("/") : [undefined, packageName];
  const purl = `pkg:npm/${group ? `${encodeURIComponent(group)}/` : ""}${own}@${exact}`;
  return {
    type: "library",
    "bom-ref": purl,
    ...(group && { group }),
    name: own,
    version: exact,
    scope: dev || optional ? "optional" : "required",
    ...(terms && { licenses: [{ expression: terms }] }),
    ...(integrity && { hashes: [hashOf(integrity)] }),
    purl,
  };
}

function hashOf(integrity) {
  const [algorithm, content] = integrity.split(/-(.*)/);
  const alg = { sha512: "SHA-512", sha256: "SHA-256", sha1: "SHA-1" }[algorithm];
  return { alg, content: Buffer.from(content, "base64").toString("hex") };
}
