import { describe, expect, test } from "vitest";
import { isPublicAddress, isPublicName } from "../../src/crm/public-address.ts";

describe("addresses of the public internet", () => {
  const inside = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    // no addresses at all
    "",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "::1.2.3.256",
  ];
  for (const address of inside) test(`refuses "${address}"`, () => expect(isPublicAddress(address)).toBe(false));

  const outside = [
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
  ];
  for (const address of outside) test(`takes ${address}`, () => expect(isPublicAddress(address)).toBe(true));
});

describe("public names", () => {
  for (const name of ["example.com", "a.b.co.uk", "xn--e1afmkfd.xn--p1ai", "crm.my-company.de"]) {
    test(`takes ${name}`, () => expect(isPublicName(name)).toBe(true));
  }
  for (const name of [
    "localhost",
    "intranet",
    "db.internal",
    "printer.local",
    "router.lan",
    "127.0.0.1",
    "[::1]",
    "a_b.com",
    "-a.com",
    "x.test",
    "1.168.192.in-addr.arpa",
    "",
  ]) {
    test(`refuses "${name}"`, () => expect(isPublicName(name)).toBe(false));
  }
});
