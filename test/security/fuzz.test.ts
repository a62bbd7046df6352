/** Every parser at the edge, fed with nonsense: it never throws, never hangs, and says the same whichever way it reads. Bounded runs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtInTemplates } from "../../src/core/plan/templates/index.ts";
import { templateFromYaml, templateToYaml } from "../../src/core/plan/yaml.ts";
import { usageBatch, usageEvent } from "../../src/core/usage/event.ts";
import { type FormMap, parseBracketForm } from "../../src/crm/bitrix24/form.ts";
import { endpointOfDomain, hostRules } from "../../src/crm/bitrix24/hosts.ts";
import { parseFrame, parseInstallEvent } from "../../src/crm/bitrix24/index.ts";
import { verifyEvent, verifyRobot } from "../../src/crm/bitrix24/webhook.ts";
import { parseEvents } from "../../src/crm/hubspot/webhook.ts";
import { outboundUrl } from "../../src/crm/outbound.ts";
import { isPublicAddress } from "../../src/crm/public-address.ts";
import { LINK_KINDS, readLink, signLink } from "../../src/links.ts";
import { makeVault } from "../../src/runtimes/vault.ts";

const RUNS = { numRuns: 400 };
const NOW = Date.UTC(2026, 2, 2, 9);
const bytes = (text: string) => new TextEncoder().encode(text);
const vault = makeVault(`k1:${Buffer.alloc(32, 1).toString("base64")}`);

/** A text with a few places changed: cut out, doubled, or replaced. */
function spoiled(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.constantFrom(
      "",
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "0",
      "-",
      " ",
      "\u0000",
      "é",
      "\ud800",
      "1e9",
      "&",
      "=",
      "%",
      "%5B",
      "\n",
      "\t",
    ),
  );
  return fc.tuple(whole, fc.array(change, { minLength: 1, maxLength: 4 })).map(([text, changes]) =>
    changes.reduce((now, [place, cut, put]) => {
      const at = place % (now.length + 1);
      return now.slice(0, at) + put + now.slice(at + cut);
    }, text),
  );
}

const hubspotId = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, -1, 1.5, 1e15, 1e21, 9_007_199_254_740_992),
  fc.stringMatching(/^\d{0,20}$/),
  fc.constant(null),
  fc.string(),
);
const hubspotEvent = fc.record(
  {
    eventId: fc.nat(),
    subscriptionType: fc.oneof(
      fc.constantFrom(
        "object.creation",
        "object.propertyChange",
        "deal.creation",
        "object.merge",
        "object.associationChange",
        "contact.privacyDeletion",
        "line_item.creation",
      ),
      fc.string(),
    ),
    portalId: hubspotId,
    objectId: hubspotId,
    objectTypeId: fc.oneof(fc.constantFrom("0-1", "0-2", "0-3", "0-27", "2-99"), fc.string()),
    propertyName: fc.string(),
    propertyValue: fc.oneof(fc.string({ unit: "grapheme" }), fc.constant('quote " and \\ back')),
    changeSource: fc.constantFrom("CRM_UI", "INTEGRATION"),
    sourceId: fc.constantFrom("userId:1", "4711", 4711),
    associationType: fc.string(),
    fromObjectId: hubspotId,
    toObjectId: hubspotId,
    fromObjectTypeId: fc.constantFrom("0-1", "0-2", "0-3"),
    toObjectTypeId: fc.constantFrom("0-1", "0-2", "0-3"),
    primaryObjectId: hubspotId,
    mergedObjectIds: fc.array(hubspotId, { maxLength: 3 }),
    newObjectId: hubspotId,
    occurredAt: fc.nat(),
    nested: fc.jsonValue(),
  },
  { requiredKeys: ["portalId", "subscriptionType"] },
);
const hubspotBody = fc.array(hubspotEvent, { maxLength: 6 }).map((events) => JSON.stringify(events));

describe("HubSpot's webhook bodies", () => {
  // A blank in front makes the fast reader leave the body to JSON.parse: both have to say the same.
  const bothWays = (text: string): void => {
    expect(parseEvents(bytes(text), "4711")).toEqual(parseEvents(bytes(` ${text}`), "4711"));
  };

  test("the fast reader and JSON.parse agree on every array of events", () => {
    fc.assert(fc.property(hubspotBody, bothWays), RUNS);
  });

  test("… and on bodies that were spoiled on the way", () => {
    fc.assert(fc.property(spoiled(hubspotBody), bothWays), { numRuns: 1_500 });
  });

  test("… and on any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        const text = new Uint8Array([0x20, ...body]);
        expect(parseEvents(body, "4711")).toEqual(parseEvents(text, "4711"));
      }),
      RUNS,
    );
  });

  test("hints carry ids of digits and nothing else of the event", () => {
    fc.assert(
      fc.property(hubspotBody, (text) => {
        const verified = parseEvents(bytes(text), "4711");
        if (!verified.ok) return;
        for (const { account, hints } of verified.accounts) {
          expect(account).toMatch(/^\d+$/);
          for (const hint of hints) {
            expect(Object.keys(hint).every((name) => ["kind", "id", "change", "ids"].includes(name))).toBe(true);
            for (const id of [hint.id, ...(hint.ids ?? [])]) expect(id).toMatch(/^\d+$/);
          }
        }
      }),
      RUNS,
    );
  });
});

/** Written without a look at the parser: keys of letters, values of any text, nested maps. */
const formTree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.dictionary(
    fc.stringMatching(/^[A-Za-z_]{1,8}$/).filter((key) => !["constructor", "prototype", "__proto__"].includes(key)),
    fc.oneof({ maxDepth: 3 }, fc.string({ unit: "grapheme", maxLength: 20 }), tie("tree")),
    { minKeys: 1, maxKeys: 4 },
  ),
})).tree;

function toForm(tree: unknown, prefix = ""): string[] {
  return Object.entries(tree as Record<string, unknown>).flatMap(([key, value]) => {
    const name = prefix === "" ? key : `${prefix}[${key}]`;
    return typeof value === "string"
      ? [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`]
      : toForm(value, name);
  });
}

function toPlain(map: FormMap): unknown {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, typeof value === "string" ? value : toPlain(value)]),
  );
}

const eventForm = fc.constantFrom(
  "event=ONCRMDEALUPDATE&event_handler_id=1&data[FIELDS][ID]=5&ts=1&auth[member_id]=abc&auth[application_token]=tok&auth[domain]=p.bitrix24.com",
  "event=ONAPPINSTALL&data[VERSION]=1&auth[access_token]=a&auth[member_id]=abc&auth[domain]=127.0.0.1&auth[server_endpoint]=https://evil/",
  "DOMAIN=p.bitrix24.com&PROTOCOL=1&LANG=en&APP_SID=x&AUTH_ID=a&AUTH_EXPIRES=3600&REFRESH_ID=r&member_id=abc&PLACEMENT=CRM_DEAL_DETAIL_TAB&PLACEMENT_OPTIONS=%7B%22ID%22%3A%225%22%7D",
  "code=pause&document_id[0]=crm&document_id[1]=CCrmDocumentDeal&document_id[2]=DEAL_5&event_token=t&properties[days]=3&auth[member_id]=abc&auth[application_token]=tok",
);

describe("Bitrix24's forms", () => {
  test("what was written in brackets is read back", () => {
    fc.assert(
      fc.property(formTree, (tree) => {
        const map = parseBracketForm(bytes(toForm(tree).join("&")));
        expect(map === null ? null : toPlain(map)).toEqual(tree);
      }),
      RUNS,
    );
  });

  test("no form reaches what every object has", () => {
    for (const key of ["__proto__[x]", "a[__proto__][x]", "constructor[prototype][x]", "a[constructor]", "prototype"]) {
      expect(parseBracketForm(bytes(`${key}=1`)), key).toBeNull();
    }
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.getPrototypeOf(parseBracketForm(bytes("a[b]=1")))).toBeNull();
  });

  const incoming = (body: Uint8Array) => ({
    method: "POST",
    url: "https://t.test/bitrix24/app?DOMAIN=x&APP_SID=y",
    headers: new Headers({ "content-type": "application/x-www-form-urlencoded" }),
    body,
  });

  test("frames, events, installs and rules of any bytes end in an answer, and without the token in a refusal", () => {
    fc.assert(
      fc.property(fc.oneof(spoiled(eventForm).map(bytes), fc.uint8Array({ maxLength: 300 })), (body) => {
        parseFrame(incoming(body));
        parseInstallEvent(body);
        const verified = verifyEvent(incoming(body), () => "another token");
        if (verified.ok) expect(verified.accounts.flatMap((one) => one.hints)).toEqual([]);
        expect(verifyRobot(incoming(body), () => "another token").ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("deep and wide forms end at their limits", () => {
    expect(parseBracketForm(bytes(`a${"[b]".repeat(10_000)}=1`))).toBeNull();
    expect(parseBracketForm(bytes("a=1&".repeat(16_000)))).toBeNull();
    expect(parseBracketForm(bytes(`${"[".repeat(60_000)}=1`))).toBeNull();
  });
});

describe("addresses", () => {
  const rules = hostRules(undefined, false);
  const odd = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.domain(),
    fc.webUrl(),
    fc.webAuthority({ withUserInfo: true, withIPv4: true, withIPv6: true, withPort: true }),
  );

  test("whatever is named, what comes out is https to a public name", () => {
    fc.assert(
      fc.property(odd, (named) => {
        for (const found of [endpointOfDomain(named, rules), outboundUrl(named), outboundUrl(`https://${named}/`)]) {
          if (found === null) continue;
          const url = new URL(found);
          expect(url.protocol).toBe("https:");
          expect(url.port).toBe("");
          expect(url.username + url.password).toBe("");
          expect(url.hostname).toMatch(/\.[a-z]/);
          expect(url.hostname).not.toMatch(/^[\d.]+$|^\[/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("an IPv4 address is public or not, however IPv6 carries it", () => {
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        const [a, b, c, d] = v4.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
        expect(isPublicAddress(`::ffff:${v4}`)).toBe(isPublicAddress(v4));
        expect(isPublicAddress(`64:ff9b::${a}${b}:${c}${d}`)).toBe(isPublicAddress(v4));
        expect(isPublicAddress(`2002:${a}${b}:${c}${d}::1`)).toBe(isPublicAddress(v4));
      }),
      RUNS,
    );
  });
});

describe("templates", () => {
  const yaml = fc.constantFrom(...builtInTemplates().map(templateToYaml));

  test("a spoiled template is read or named as spoiled, never thrown about", () => {
    fc.assert(
      fc.property(spoiled(yaml), (text) => {
        const { template, problems } = templateFromYaml(text);
        if (template === null) expect(problems.some((one) => one.severity === "error")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("any text ends in problems, also texts that grow when they are read", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(templateFromYaml(text).template).toBeNull();
      }),
      RUNS,
    );
    const laughs = Array.from(
      { length: 12 },
      (_, index) =>
        `l${index + 1}: &l${index + 1} [${Array(10)
          .fill(index === 0 ? "ha" : `*l${index}`)
          .join(", ")}]`,
    );
    expect(templateFromYaml(laughs.join("\n")).template).toBeNull();
    expect(templateFromYaml("[".repeat(20_000)).template).toBeNull();
    expect(templateFromYaml("a".repeat(500_000)).template).toBeNull();
  });
});

describe("product usage", () => {
  const never = () => false;
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        event: fc.jsonValue(),
        userId: fc.jsonValue(),
        timestamp: fc.oneof(fc.jsonValue(), fc.string(), fc.double()),
        messageId: fc.jsonValue(),
        properties: fc.jsonValue(),
        context: fc.jsonValue(),
        traits: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );

  test("any JSON is counted or left out; what is counted happened in the last 400 days and is short", () => {
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 5 }), fc.jsonValue(), (batch, sentAt) => {
        const events = usageBatch({ batch, sentAt } as Record<string, unknown>, NOW, never)?.events ?? [];
        const single = usageEvent(batch[0], "track", null, NOW);
        for (const event of single ? [...events, single] : events) {
          expect(event.at).toBeLessThanOrEqual(NOW);
          expect(event.at).toBeGreaterThanOrEqual(NOW - 400 * 86_400_000);
          for (const text of [event.name, event.messageId, event.userId, ...event.clientIds])
            expect((text ?? "").length).toBeLessThanOrEqual(200);
        }
      }),
      RUNS,
    );
  });
});

describe("links and sealed texts", () => {
  const link = signLink(
    { portal: "hubspot-1", kind: "plan", client: "company:17", cycle: 1, untilDay: 30_000, revision: 1, about: "" },
    vault,
  );

  test("a link that was changed anywhere opens nothing", () => {
    expect(readLink(link, vault, NOW)).toMatchObject({ client: "company:17" });
    const changed = fc.oneof(spoiled(fc.constant(link)), fc.string({ maxLength: 700 })).filter((text) => text !== link);
    fc.assert(
      fc.property(changed, (text) => {
        expect(readLink(text, vault, NOW)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  test("what one kind of link says, no other key says", () => {
    const stranger = makeVault(`k1:${Buffer.alloc(32, 2).toString("base64")}`);
    for (const kind of LINK_KINDS) {
      const other = signLink(
        { portal: "hubspot-1", kind, client: "company:17", cycle: 1, untilDay: 30_000, revision: 1, about: "" },
        stranger,
      );
      expect(readLink(other, vault, NOW)).toBeNull();
    }
  });

  test("a sealed text that was changed anywhere does not open", () => {
    const sealed = vault.seal("token");
    fc.assert(
      fc.property(spoiled(fc.constant(sealed)), (text) => {
        let opened: string | null = null;
        try {
          opened = vault.open(text);
        } catch {
          return;
        }
        // Base64 has several ways to write the same bytes; another text never comes out.
        expect(opened).toBe("token");
      }),
      { numRuns: 1_500 },
    );
  });
});
