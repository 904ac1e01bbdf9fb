/** Vectors as they are stored: 32-bit floats, little-endian like the machines that this runs on. */
const BYTES = 4;

export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** A copy: what the database hands out need not lie where floats may. */
export function vectorOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(bytes.byteLength / BYTES);
  bytesOf(vector).set(bytes);
  return vector;
}

/** Of unit length; one without any direction stays as it is, and is like nothing. */
export function normalized(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const component of vector) sum += component * component;
  const length = Math.sqrt(sum);
  return length === 0 ? vector : vector.map((component) => component / length);
}
