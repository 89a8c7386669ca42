/**
 * What people read of a model's name: of the path of a file, as local servers name what they have loaded, the
 * name of the file. `vendor/model` is a name and stays.
 */
export function modelBaseName(id: string): string {
  const isPath =
    /^(\/|\.{1,2}\/|~\/|[A-Za-z]:[\\/]|file:)|\\/.test(id) ||
    /\/.+\.(gguf|ggml|bin|safetensors|mlx)$/i.test(id);
  const base = isPath ? (/([^\\/]+)[\\/]*$/.exec(id)?.[1] ?? id) : id;
  return base === "" ? id : base;
}
