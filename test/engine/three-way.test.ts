import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acknowledged, begun, seen, wished } from "../../src/engine/mirror-row.ts";
import { differing, edited, FIGHTS_MAX, holds, reconcileEdits, thingFacts } from "../../src/engine/three-way.ts";
import type { Values } from "../../src/store/mirror.ts";
import { fieldsRow, HELD, taskRow, taskWish } from "../support/rows.ts";

const READ_AT = 2_000;
const asRead = (values: object) => ({ theirs: { ...HELD, ...values }, theirsAt: READ_AT });

/** ours = what we wrote, theirs = what was read after it, wish = what is wanted now: what happens, per property. */
const TASK_TABLE = [
  { case: "nobody touched it, the wish stands", theirs: {}, wish: {}, edited: [], writes: [] },
  { case: "nobody touched it, the wish moved", theirs: {}, wish: { dueAt: 200 }, edited: [], writes: ["dueAt"] },
  {
    case: "a person re-dated it, the plan has not followed yet",
    theirs: { dueAt: 150 },
    wish: {},
    edited: ["dueAt"],
    writes: [],
  },
  {
    case: "a person re-dated it, the plan followed",
    theirs: { dueAt: 150 },
    wish: { dueAt: 150 },
    edited: [],
    writes: [],
  },
  {
    case: "a person re-dated it, the plan was moved on purpose",
    theirs: { dueAt: 150 },
    wish: { dueAt: 300 },
    edited: ["dueAt"],
    writes: ["dueAt"],
  },
  {
    case: "a person re-assigned it, the plan followed",
    theirs: { ownerId: "o2" },
    wish: { ownerId: "o2" },
    edited: [],
    writes: [],
  },
  { case: "a person completed it", theirs: { status: "done" }, wish: {}, edited: ["status"], writes: [] },
  {
    case: "a person edited the text, the template's text stands",
    theirs: { subject: "h-x" },
    wish: {},
    edited: [],
    writes: [],
  },
  {
    case: "a person edited the text, the template's text changed: theirs stays",
    theirs: { subject: "h-x" },
    wish: { subject: { id: "t2" } },
    edited: [],
    writes: [],
  },
  {
    case: "two people, two properties",
    theirs: { dueAt: 150, ownerId: "o2" },
    wish: { dueAt: 150 },
    edited: ["ownerId"],
    writes: [],
  },
];

describe("G4 the three-way rule, tasks: a person wins", () => {
  test.each([
    "ladder:company:1/1/silence/since-1/manager",
    "play:company:1:setup_unfinished:20565:finish_setup",
    "win-back:company:1:20565:management_meeting",
    "plan:company:1:1/kickoff/meeting",
    "question:q1",
  ])(
    "also where no plan takes it up: %s given to somebody else stays theirs, whoever is to hear of it later",
    (key) => {
      const asked = { ...asRead({ ownerId: "o2" }), key };
      const { thing } = reconcileEdits(taskRow({ ...asked, desired: taskWish({}) }), 1);
      const later = { ...thing, desired: taskWish({ ownerId: "o9" }) };
      expect(edited(thing)).toEqual([]);
      expect(differing(later)).toEqual([]);
    },
  );

  test.each(["plan:company:1:1/kickoff", "plan:company:1:1/touch/check_in/1"])(
    "a plan takes it up: %s follows a person, and may be given to somebody else later",
    (key) => {
      const asked = { ...asRead({ ownerId: "o2" }), key };
      const { thing } = reconcileEdits(taskRow({ ...asked, desired: taskWish({ ownerId: "o2" }) }), 1);
      expect(differing({ ...thing, desired: taskWish({ ownerId: "o9" }) })).toEqual(["ownerId"]);
    },
  );

  test.each(TASK_TABLE)("$case", ({ theirs, wish, edited: stays, writes }) => {
    const row = taskRow({ ...asRead(theirs), desired: taskWish(wish) });
    const { thing, fought } = reconcileEdits(row, 1);
    expect(edited(thing)).toEqual(stays);
    expect(differing(thing)).toEqual(writes);
    expect(fought).toEqual([]);
  });
});

const FIELD_TABLE = [
  { case: "nobody touched it", theirs: { progress: 10 }, wish: 10, writes: [] },
  { case: "somebody wrote another value: ours is put back", theirs: { progress: 99 }, wish: 10, writes: ["progress"] },
  { case: "somebody emptied it: ours is put back", theirs: { progress: null }, wish: 10, writes: ["progress"] },
  {
    case: "wished empty, and there is something: it is emptied",
    theirs: { progress: 99 },
    wish: null,
    writes: ["progress"],
  },
  { case: "somebody wrote what we want by now: nothing to do", theirs: { progress: 20 }, wish: 20, writes: [] },
  { case: "a field that the read does not show says nothing", theirs: {}, wish: 10, writes: [] },
];

describe("G4 the three-way rule, fields: ours are put back", () => {
  test.each(FIELD_TABLE)("$case", ({ theirs, wish, writes }) => {
    const never = wish === null && { sent: '{"progress":null}', ours: {} };
    const desired = JSON.stringify({ progress: wish });
    const row = fieldsRow({ theirs: theirs as Values, theirsAt: READ_AT, desired, ...never });
    expect(differing(reconcileEdits(row, 1).thing)).toEqual(writes);
  });

  test("a field that stood as we wished it, so that we never wrote it, is put back like the others", () => {
    const row = fieldsRow({ sent: '{"progress":10}', ours: {}, theirs: { progress: 99 }, theirsAt: READ_AT });
    expect(differing(reconcileEdits(row, 1).thing)).toEqual(["progress"]);
    const asWished = fieldsRow({ sent: '{"progress":10}', ours: {}, theirs: { progress: 10 }, theirsAt: READ_AT });
    expect(differing(reconcileEdits(asWished, 1).thing)).toEqual([]);
  });

  test("a field that is wished empty for the first time, and holds something, is emptied", () => {
    const row = fieldsRow({ sent: '{"score":80}', ours: { score: 80 }, theirs: { progress: 99 }, theirsAt: READ_AT });
    expect(differing({ ...row, desired: '{"score":80,"progress":null}' })).toEqual(["progress"]);
    expect(differing({ ...row, theirs: {}, desired: '{"score":80,"progress":null}' })).toEqual([]);
  });

  test("one change is put back once, however often the client is decided before it goes out", () => {
    let row = fieldsRow({ theirs: { progress: 99 }, theirsAt: READ_AT });
    for (let times = 0; times < 5; times++) row = reconcileEdits(row, 1).thing;
    expect(row.fights).toBe(1);
  });

  test("a field that somebody keeps rewriting is left to a person after the third time in a day, and taken up again the next", () => {
    const wish = {
      text: JSON.stringify({ progress: 10 }),
      target: { kind: "company" as const, id: "1" },
      priority: 40,
      notBefore: 0,
    };
    const day = 86_400_000;
    let row = fieldsRow();
    const putBacks: string[] = [];
    for (let round = 1; round <= FIGHTS_MAX + 1; round++) {
      const at = 10 * day + round * 1_000;
      row = seen(row, { progress: 50 + round }, at).row;
      const decided = wished(row, wish, at);
      putBacks.push(decided.fought.length > 0 ? "left" : decided.row.state);
      row =
        decided.row.state === "dirty"
          ? acknowledged(begun(decided.row, { progress: 10 }), { id: "1", values: { progress: 10 }, echo: {} }, at + 1)!
          : decided.row;
    }
    expect(putBacks).toEqual(["dirty", "dirty", "dirty", "left"]);
    expect(wished(row, wish, 11 * day).row.state).toBe("dirty");
  });
});

describe("what the decision is told", () => {
  test("what was read counts until we write it: a write covers what it wrote, and nothing else", () => {
    const read = taskRow(asRead({ dueAt: 150, status: "done" }));
    expect(edited(read)).toEqual(["status", "dueAt"]);
    expect(holds(read)).toMatchObject({ dueAt: 150, status: "done" });
    const sending = begun({ ...read, desired: taskWish({ dueAt: 200 }) }, { dueAt: 200 });
    const written = acknowledged(sending, { id: "7", values: { dueAt: 200 }, echo: {} }, READ_AT + 1)!;
    expect(edited(written)).toEqual(["status"]);
    expect(holds(written)).toMatchObject({ dueAt: 200, status: "done" });
  });

  test("an older copy takes no difference for a person's edit, but sees what was completed", () => {
    const facts = thingFacts(taskRow(asRead({ dueAt: 150, status: "done" })), true);
    expect(facts).toMatchObject({ edited: [], holds: { dueAt: 150, status: "done" }, wrote: { dueAt: 150 } });
  });

  test("our own echo is no edit, whatever the CRM made of the value", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.string(), (sentDue, echoDue, owner) => {
        const went = begun(taskRow({ state: "dirty", desired: taskWish({ dueAt: sentDue, ownerId: owner }) }), {
          dueAt: sentDue,
          ownerId: owner,
        });
        const row = acknowledged(
          went,
          { id: "7", values: { dueAt: sentDue, ownerId: owner }, echo: { dueAt: echoDue } },
          5_000,
        )!;
        const back = seen(row, { status: "open", dueAt: echoDue, ownerId: owner, subject: "h-t" }, 6_000);
        expect(edited(back.row)).toEqual([]);
        expect(back.row.state).toBe("clean");
      }),
    );
  });
});
