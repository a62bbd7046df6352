/** Which network addresses belong to the public internet. Everything else is somebody's inside: loopback, home networks, clouds' metadata. */

/** First address and prefix length of each range that is not public unicast (IANA special-purpose registry, RFC 6890 and successors). */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

const NOT_PUBLIC_V6: readonly (readonly [string, number])[] = [
  ["::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 9],
  ["ff00::", 8],
];

/** Where an IPv6 address carries an IPv4 one inside: the prefix, and the first of its bits. */
const CARRIES_V4: readonly (readonly [prefix: string, length: number, firstBit: number])[] = [
  ["::ffff:0:0", 96, 96],
  ["::ffff:0:0:0", 96, 96],
  ["64:ff9b::", 96, 96],
  ["2002::", 16, 16],
];

/** The address as 32 bits, or null when `text` is none in dotted form. */
function bitsOfV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

/** The address as 128 bits, or null when `text` is none. A zone (`%eth0`) is cut off. */
function bitsOfV6(text: string): bigint | null {
  const bare = text.split("%")[0]!.toLowerCase();
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const v4 = dotted ? bitsOfV4(dotted[2]!) : null;
  if (dotted && v4 === null) return null;
  const hex = dotted ? `${dotted[1]}${(v4! >> 16n).toString(16)}:${(v4! & 0xffffn).toString(16)}` : bare;
  const halves = hex.split("::");
  if (halves.length > 2) return null;
  const [left, right] = halves.map((half) => (half === "" ? [] : half.split(":"))) as [string[], string[] | undefined];
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<string>(right ? missing : 0).fill("0"), ...(right ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return null;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function isIn(bits: bigint, size: number, first: bigint, length: number): boolean {
  const rest = BigInt(size - length);
  return bits >> rest === first >> rest;
}

/** True for an IPv4 or IPv6 address of the public internet; false for every other text. */
export function isPublicAddress(text: string): boolean {
  const v4 = bitsOfV4(text);
  if (v4 !== null) return !NOT_PUBLIC_V4.some(([first, length]) => isIn(v4, 32, bitsOfV4(first)!, length));
  const v6 = bitsOfV6(text);
  if (v6 === null) return false;
  for (const [prefix, length, firstBit] of CARRIES_V4) {
    if (!isIn(v6, 128, bitsOfV6(prefix)!, length)) continue;
    const inside = (v6 >> BigInt(96 - firstBit)) & 0xffffffffn;
    return !NOT_PUBLIC_V4.some(([first, size]) => isIn(inside, 32, bitsOfV4(first)!, size));
  }
  return !NOT_PUBLIC_V6.some(([first, length]) => isIn(v6, 128, bitsOfV6(first)!, length));
}

const PUBLIC_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|invalid|test|example|onion|arpa)$/;

/** True for a name that the public DNS may know; false for bare addresses, single words and local endings. */
export function isPublicName(host: string): boolean {
  return PUBLIC_NAME.test(host) && !LOCAL_NAME.test(host);
}
