/** Which of many texts stand anywhere in many bytes: one pass over the bytes, however many texts there are. */

/** By so many first bytes a text is recognised; shorter ones are not looked for. */
const HEAD_BYTES = 4;
/** Of a head so many bits decide whether it is looked up at all. */
const SIEVE_BITS = 22;

/** @param texts of `HEAD_BYTES` bytes or more in UTF-8 @returns those that are there, in their order */
export function textsWithin(texts: readonly string[], places: readonly Uint8Array[]): readonly string[] {
  const wanted = new Set(texts.map(asBytes));
  const lengthsOf = lengthsByHead(wanted);
  const sieve = new Uint8Array(1 << SIEVE_BITS);
  for (const head of lengthsOf.keys()) sieve[sieveAt(head)] = 1;
  const found = new Set<string>();
  for (const place of places) {
    const bytes = Buffer.from(place.buffer, place.byteOffset, place.byteLength);
    let head = 0;
    for (let end = 0; end < bytes.length; end++) {
      head = (head << 8) | bytes[end]!;
      if (sieve[sieveAt(head)] === 0) continue;
      const from = end + 1 - HEAD_BYTES;
      for (const length of lengthsOf.get(head) ?? []) {
        const text = bytes.toString("latin1", from, from + length);
        if (wanted.has(text)) found.add(text);
      }
    }
  }
  return texts.filter((text) => found.has(asBytes(text)));
}

/** Its bytes in UTF-8, one character for each. */
function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function sieveAt(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - SIEVE_BITS);
}

/** How long the texts are that begin with these bytes. */
function lengthsByHead(texts: Iterable<string>): ReadonlyMap<number, readonly number[]> {
  const lengths = new Map<number, number[]>();
  for (const text of texts) {
    const head = Buffer.from(text, "latin1").readInt32BE(0);
    const known = lengths.get(head);
    if (!known) lengths.set(head, [text.length]);
    else if (!known.includes(text.length)) known.push(text.length);
  }
  return lengths;
}
