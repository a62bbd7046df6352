import { describe, expect, it } from "vitest";
import {
  authServerOf,
  endpointOfDomain,
  hostRules,
  isCloudPortal,
  portalEndpoint,
} from "../../../src/crm/bitrix24/hosts.ts";

const real = hostRules(undefined, false);
const standIn = hostRules("http://localhost:4000/oauth", true);

describe("addresses that we talk to (G9)", () => {
  const accepted: [string, string][] = [
    ["https://acme.bitrix24.com/rest/", "https://acme.bitrix24.com/rest/"],
    ["https://acme.bitrix24.com/rest", "https://acme.bitrix24.com/rest/"],
    ["https://ACME.bitrix24.de/rest/", "https://acme.bitrix24.de/rest/"],
    ["https://crm.my-company.co.uk/rest/", "https://crm.my-company.co.uk/rest/"],
    ["https://example.ru/portal/rest/", "https://example.ru/portal/rest/"],
  ];
  for (const [named, endpoint] of accepted) {
    it(`takes ${named}`, () => expect(portalEndpoint(named, real)).toBe(endpoint));
  }

  const refused = [
    "http://acme.bitrix24.com/rest/",
    "https://acme.bitrix24.com:8443/rest/",
    "https://127.0.0.1/rest/",
    "https://169.254.169.254/rest/",
    "https://[::1]/rest/",
    "https://2130706433/rest/",
    "https://0x7f.1/rest/",
    "https://localhost/rest/",
    "https://portal.localhost/rest/",
    "https://crm.internal/rest/",
    "https://intranet/rest/",
    "https://user:pass@acme.bitrix24.com/rest/",
    "https://acme.bitrix24.com/rest/?auth=1",
    "https://acme.bitrix24.com/",
    "https://acme.bitrix24.com/../rest/x/",
    "ftp://acme.bitrix24.com/rest/",
    "not an address",
    "",
  ];
  for (const named of refused) {
    it(`does not take ${named || "nothing"}`, () => expect(portalEndpoint(named, real)).toBeNull());
  }

  it("takes local stand-ins only where the configuration allows them", () => {
    expect(portalEndpoint("http://localhost:3000/p/acme/rest/", standIn)).toBe("http://localhost:3000/p/acme/rest/");
    expect(portalEndpoint("http://localhost:3000/p/acme/rest/", real)).toBeNull();
  });

  it("makes an address of a domain, and refuses what is none", () => {
    expect(endpointOfDomain("acme.bitrix24.com", real)).toBe("https://acme.bitrix24.com/rest/");
    for (const domain of ["127.0.0.1", "acme.bitrix24.com@evil.com", "evil.com/#", "evil.com?x=", "a b", ""]) {
      expect(endpointOfDomain(domain, real)).toBeNull();
    }
  });

  it("knows both authorisation servers, and no other", () => {
    expect(authServerOf("https://oauth.bitrix.info/rest/", real)).toBe("https://oauth.bitrix.info");
    expect(authServerOf("oauth.bitrix24.tech", real)).toBe("https://oauth.bitrix24.tech");
    expect(authServerOf("https://oauth.bitrix.info.evil.com/rest/", real)).toBeNull();
    expect(authServerOf("http://oauth.bitrix.info/rest/", real)).toBeNull();
    expect(authServerOf("https://acme.bitrix24.com/rest/", real)).toBeNull();
    expect(authServerOf("http://localhost:4000/oauth/rest/", standIn)).toBe("http://localhost:4000/oauth");
    expect(authServerOf("https://oauth.bitrix.info/rest/", standIn)).toBe("https://oauth.bitrix.info");
  });
});

describe("the vendor's cloud (G9)", () => {
  it.each([
    ["acme.bitrix24.com", true],
    ["acme.bitrix24.com.br", true],
    ["bitrix24.com", false],
    ["acme.bitrix24.com.evil.io", false],
    ["acme.bitrix24.evil.io", false],
    ["acme.bitrix24.zip", false],
    ["acme-bitrix24.com", false],
    ["crm.my-company.co.uk", false],
  ])("%s: %s", (domain, is) => expect(isCloudPortal(endpointOfDomain(domain, real)!, real)).toBe(is));

  it("stand-ins are gone to as well", () => {
    expect(isCloudPortal("http://localhost:4000/p/x/rest/", standIn)).toBe(true);
  });
});
