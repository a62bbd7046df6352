import { describe, expect, it } from "vitest";
import { type Between, spoilable, unlikeAnswers } from "../unlike/suite.ts";
import { bitrix24World } from "./world.ts";

async function world() {
  const between: Between = { answers: null };
  const made = await bitrix24World({
    between: (fetch) => spoilable(fetch, between),
    // An answer with tokens that is lost must not end the test's own access.
    switches: { oldRefreshTokenStaysUsable: true },
  });
  return { ...made, between, refresh: (grant = made.grant()) => made.app.refresh(grant, made.now()) };
}

unlikeAnswers("Bitrix24's answers, unlike the documented ones", world);

/** The answer to one command of every batch from now on, changed. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of any call
function answering(between: Between, change: (result: any) => void): void {
  between.answers = async (answer) => {
    const { status, headers } = answer;
    // biome-ignore lint/suspicious/noExplicitAny: bodies of any call
    const body = (await answer.json()) as any;
    change(body.result);
    return new Response(JSON.stringify(body), { status, headers });
  };
}

/** A company, of which the list that it is read by says something else. */
async function companyListedAs(change: (list: { items: { id: number }[] }) => void) {
  const { between, people, connect, advance } = await world();
  const ownerId = people.owners.anna;
  const id = await people.company({ ownerId });
  const crm = connect();
  await advance(60_000);
  await crm.account();
  answering(between, (result) => {
    if (result.result.p0?.items) change(result.result.p0);
  });
  return { id, ownerId, read: () => crm.read("company", [id]) };
}

const rows = (count: number, from = 1) => Array.from({ length: count }, (_, at) => ({ id: from + at }));

describe("lists of Bitrix24's that do not say what they should", () => {
  it("a record that a list leaves out, though it is there, is not missing", async () => {
    const { id, ownerId, read } = await companyListedAs((list) => {
      list.items = [];
    });
    const { records, missing } = await read();
    expect(missing).toEqual([]);
    expect(records).toMatchObject([{ ref: { kind: "company", id }, facts: { ownerId } }]);
  });

  it("a list that shows another record than was asked for says nothing of the one that was", async () => {
    const { read } = await companyListedAs((list) => {
      list.items[0]!.id = 7_000;
    });
    await expect(read()).rejects.toMatchObject({ failure: "unavailable", code: "UNREADABLE" });
  });

  it.each([
    ["does not tell how many there are", []],
    ["says that there are none", { t0: 0 }],
  ])("a full page that %s is no whole list", async (_, total) => {
    const { between, people, connect, advance } = await world();
    const target = { kind: "company", id: await people.company() } as const;
    const crm = connect();
    await advance(60_000);
    answering(between, (result) => {
      result.result.t0.tasks = rows(50);
      result.result_total = total;
    });
    await expect(crm.linked("task", [target])).rejects.toMatchObject({ failure: "unavailable", code: "UNREADABLE" });
  });

  it("a walk through changes that gets the same rows again ends with a named failure", async () => {
    const { between, connect, advance, now } = await world();
    const crm = connect();
    await advance(60_000);
    answering(between, (result) => {
      if (result.result.p0) result.result.p0 = { items: rows(50) };
    });
    const first = await crm.changedSince("company", now(), null);
    expect(first.ids).toHaveLength(50);
    // A later request of the walk chains several pages, each of which has to begin behind the one before it.
    answering(between, (result) => {
      for (const key of Object.keys(result.result)) result.result[key] = { items: rows(50) };
    });
    await expect(crm.changedSince("company", now(), first.after)).rejects.toMatchObject({ failure: "unavailable" });
  });
});

describe("small answers of Bitrix24's", () => {
  it("a queue that is no list is a named failure", async () => {
    const { between, connect, advance } = await world();
    const crm = connect();
    await advance(60_000);
    between.answers = async () => Response.json({ result: "odd" });
    await expect(crm.hasQueued!()).rejects.toMatchObject({ failure: "unavailable", code: "UNREADABLE" });
  });

  it("a message that is not there any more is as good as taken back", async () => {
    const { connect, advance } = await world();
    const crm = connect();
    await advance(60_000);
    const items = [{ key: "never said", id: null, target: null }];
    const outcomes = await crm.write({ kind: "notice", verb: "delete", on: null, items });
    expect(outcomes).toMatchObject([{ key: "never said", done: true }]);
  });
});

describe("a page in place of Bitrix24's answer", () => {
  it.each([403, 404])("at %i: nothing is gone, nothing is refused, and nobody is asked for rights", async (status) => {
    const { between, people, connect, advance, now } = await world();
    const target = { kind: "company", id: await people.company() } as const;
    const crm = connect();
    await advance(60_000);
    between.answers = async () => new Response("<html>Blocked</html>", { status });
    await expect(crm.read("company", [target.id])).rejects.toMatchObject({ failure: "unavailable" });
    const task = { subject: "Step", body: "", dueAt: now(), links: [target] };
    const items = [{ key: "k", id: null, target, task }];
    const outcomes = await crm.write({ kind: "task", verb: "create", on: null, items });
    expect(outcomes).toEqual([{ key: "k", done: false, failure: "unknown" }]);
  });
});

describe("whose access it is", () => {
  it.each([["seven"], [null], [true], [{ id: 1 }]])("fresh tokens that say %j leave the known person", async (odd) => {
    const { between, grant, refresh, adminId } = await world();
    const known = { ...grant(), userId: String(adminId) };
    between.answers = async (answer) => Response.json({ ...((await answer.json()) as object), user_id: odd });
    expect(await refresh(known)).toMatchObject({ userId: String(adminId) });
  });
});

describe("what stands beside a result of Bitrix24's", () => {
  it.each([
    ["no time", undefined],
    ["an empty list for it", []],
    ["odd figures", { operating: "a lot", operating_reset_at: null }],
  ])("%s: the result counts all the same", async (_, time) => {
    const { between, people, connect, advance } = await world();
    const id = await people.company();
    const crm = connect();
    await advance(60_000);
    between.answers = async (answer) => {
      // biome-ignore lint/suspicious/noExplicitAny: bodies of any call
      const body = (await answer.json()) as any;
      body.result.result_time = Object.fromEntries(Object.keys(body.result.result).map((key) => [key, time]));
      return Response.json({ ...body, time });
    };
    expect((await crm.read("company", [id])).records).toHaveLength(1);
  });

  it("a body without a result is no answer: a message of the bot may have gone out", async () => {
    const { between, connect, advance } = await world();
    const crm = connect();
    await advance(60_000);
    between.answers = async () => Response.json({});
    await expect(crm.sayInChat("1", "chat1", "Hello")).rejects.toMatchObject({ failure: "unknown" });
  });
});
