import { expect, test } from "vitest";
import { makeVault, replaceSealed } from "../../src/runtimes/vault.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");

test("what one key sealed, a ring with a newer key in front opens, and seals anew under the newest", () => {
  const sealed = makeVault(`k1:${key(1)}`).seal("token");
  const ring = makeVault(`k2:${key(2)},k1:${key(1)}`);
  expect(ring.open(sealed)).toBe("token");
  expect(ring.seal("token")).toMatch(/^k2\./);
  expect(ring.names).toEqual(["k2", "k1"]);
});

test("the same text is sealed differently each time, and hashed the same while the oldest key stays", () => {
  const vault = makeVault(`k1:${key(1)}`);
  expect(vault.seal("a")).not.toBe(vault.seal("a"));
  expect(makeVault(`k2:${key(2)},k1:${key(1)}`).hash("a")).toBe(vault.hash("a"));
  expect(makeVault(`k2:${key(2)}`).hash("a")).not.toBe(vault.hash("a"));
  expect(vault.hash("a")).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

test("with the entry of the hashes behind them every older key can go: the same texts are hashed the same", () => {
  const oldest = makeVault(`k1:${key(1)}`);
  const rotated = makeVault(`k2:${key(2)},${oldest.hashEntry}`);
  expect(rotated.hash("a")).toBe(oldest.hash("a"));
  expect(rotated.names).toEqual(["k2"]);
  expect(rotated.seal("token")).toMatch(/^k2\./);
  expect(() => rotated.open(oldest.seal("token"))).toThrow('"k1" is not in ENCRYPTION_KEYS');
  expect(makeVault(`k3:${key(3)},${rotated.hashEntry}`).hash("a")).toBe(oldest.hash("a"));
});

test("a sealed text that was changed anywhere, cut, or sealed by a stranger does not open", () => {
  const vault = makeVault(`k1:${key(1)}`);
  const sealed = vault.seal("a token of some length");
  const bytes = Buffer.from(sealed.slice(3), "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(() => vault.open(`k1.${changed.toString("base64url")}`)).toThrow();
  }
  expect(() => vault.open(makeVault(`k1:${key(3)}`).seal("x"))).toThrow();
  expect(() => vault.open("k9.AAAA")).toThrow('"k9" is not in ENCRYPTION_KEYS any more');
  for (const odd of ["", "k1", "k1.", "k1.AA", "k1.!!"]) expect(() => vault.open(odd)).toThrow();
});

test("an authentication tag of four bytes is refused: it could be guessed", () => {
  const vault = makeVault(`k1:${key(1)}`);
  const whole = Buffer.from(vault.seal("").slice(3), "base64url");
  // For an empty text nonce and tag are all there is: the first four bytes of a right tag are a right short tag.
  expect(() => vault.open(`k1.${whole.subarray(0, 16).toString("base64url")}`)).toThrow();
  expect(vault.open(`k1.${whole.toString("base64url")}`)).toBe("");
});

test("sealed texts are found alone and inside JSON, and what only looks like one stays", () => {
  const ring = makeVault(`k1:${key(1)}`);
  const one = ring.seal("one");
  const two = ring.seal("two");
  const looksLike = `k1.${"A".repeat(60)}`;
  const text = JSON.stringify({ one, list: [two, looksLike, `prefix-${one}`], other: "k1.short" });
  const seen: string[] = [];
  const after = replaceSealed(text, ring, (plain) => {
    seen.push(plain);
    return `<${plain}>`;
  });
  expect(seen).toEqual(["one", "two"]);
  expect(JSON.parse(after)).toEqual({ one: "<one>", list: ["<two>", looksLike, `prefix-${one}`], other: "k1.short" });
});
