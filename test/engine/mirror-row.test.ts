import { describe, expect, test } from "vitest";
import {
  acknowledged,
  begun,
  delayed,
  doubtful,
  found,
  isStuck,
  kept,
  LOOK_GAP_MS,
  leftOver,
  lost,
  metAgain,
  missed,
  newRow,
  notFound,
  readBack,
  refused,
  retried,
  SETTLE_WAIT_MS,
  seen,
  stranger,
  unwished,
  wished,
} from "../../src/engine/mirror-row.ts";
import { differing } from "../../src/engine/three-way.ts";
import type { Thing } from "../../src/store/mirror.ts";
import { fieldsRow, HELD, taskRow, taskWish } from "../support/rows.ts";

const NOW = 5_000;
const OTHER = taskWish({ dueAt: 200 });

/** One row per state a task can be in; what is on its way is a due date moved from 100 to 200. */
const ROWS = {
  clean: taskRow(),
  "dirty, never made": taskRow({ state: "dirty", externalId: null, sent: null, ours: null, wroteAt: null }),
  "dirty, to change": taskRow({ state: "dirty", desired: OTHER }),
  "dirty, to delete": taskRow({ state: "dirty", desired: null }),
  "sending a create": taskRow({
    state: "sending",
    externalId: null,
    sent: null,
    ours: null,
    wroteAt: null,
    sending: { desired: taskWish(), values: { dueAt: 100 } },
  }),
  "sending a change": taskRow({
    state: "sending",
    desired: OTHER,
    sending: { desired: OTHER, values: { dueAt: 200 } },
  }),
  "sending a delete": taskRow({ state: "sending", desired: null, sending: { desired: null, values: {} } }),
  "unknown create": taskRow({
    state: "unknown",
    externalId: null,
    sent: null,
    ours: null,
    wroteAt: null,
    sending: { desired: taskWish(), values: { dueAt: 100 } },
  }),
  "unknown change": taskRow({ state: "unknown", desired: OTHER, sending: { desired: OTHER, values: { dueAt: 200 } } }),
  "unknown delete": taskRow({ state: "unknown", desired: null, sending: { desired: null, values: {} } }),
  refused: taskRow({ state: "refused", desired: OTHER }),
  "refused create": taskRow({ state: "refused", externalId: null, sent: null, ours: null, wroteAt: null }),
  gone: taskRow({ state: "gone" }),
} satisfies Record<string, Thing>;

type Name = keyof typeof ROWS;

const wish = (text: string) => ({ text, target: null, priority: 20, notBefore: 0 });

const EVENTS: Record<string, (row: Thing) => Thing | null> = {
  "wished as it was": (row) => wished(row, wish(row.desired ?? taskWish()), NOW).row,
  "wished otherwise": (row) => wished(row, wish(taskWish({ dueAt: 300 })), NOW).row,
  "kept as it stands": (row) => kept(row),
  "no longer wished": (row) => unwished(row, NOW),
  "answered: done": (row) => acknowledged(row, { id: "7", values: { dueAt: 200 }, echo: {} }, NOW),
  "answered: later": (row) => delayed(row, NOW + 1, NOW),
  "answered: no": (row) => refused(row),
  "answered: not there": (row) => missed(row),
  "no answer": (row) => lost(row, NOW),
  "key found": (row) => found(row, "7"),
  "key not found, first look": (row) => notFound(row, NOW),
  "key not found, second look": (row) => notFound({ ...row, looks: 1 }, NOW),
  "read back: as before": (row) => readBack(row, HELD, NOW),
  "read back: as sent": (row) => readBack(row, { ...HELD, dueAt: 200 }, NOW),
  "read: as we left it": (row) => seen(row, HELD, NOW).row,
  "read: not there": (row) => missed(row),
  "its records changed": (row) => retried(row, NOW),
};

/** Which state follows; `-` = the row is forgotten. Events that cannot meet a state are left out. */
const TABLE: Record<string, Partial<Record<Name, string>>> = {
  "wished as it was": {
    clean: "clean",
    "dirty, never made": "dirty",
    "dirty, to change": "dirty",
    "dirty, to delete": "clean",
    "unknown create": "unknown",
    "unknown change": "unknown",
    "unknown delete": "unknown",
    refused: "refused",
    "refused create": "refused",
    gone: "gone",
  },
  "wished otherwise": {
    clean: "dirty",
    "dirty, never made": "dirty",
    "dirty, to change": "dirty",
    "dirty, to delete": "dirty",
    "unknown create": "unknown",
    "unknown change": "unknown",
    "unknown delete": "unknown",
    "sending a change": "sending",
    refused: "dirty",
    "refused create": "dirty",
    gone: "gone",
  },
  "kept as it stands": {
    clean: "clean",
    "dirty, never made": "-",
    "dirty, to change": "clean",
    "dirty, to delete": "clean",
    "unknown create": "unknown",
    "unknown change": "unknown",
    refused: "clean",
    "refused create": "-",
    gone: "gone",
  },
  "no longer wished": {
    clean: "dirty",
    "dirty, never made": "-",
    "dirty, to change": "dirty",
    "dirty, to delete": "dirty",
    "unknown create": "unknown",
    "unknown change": "unknown",
    "unknown delete": "unknown",
    refused: "dirty",
    "refused create": "-",
    gone: "gone",
  },
  "answered: done": { "sending a create": "clean", "sending a change": "clean", "sending a delete": "-" },
  "answered: later": { "sending a create": "dirty", "sending a change": "dirty", "sending a delete": "dirty" },
  "answered: no": { "sending a create": "refused", "sending a change": "refused", "sending a delete": "refused" },
  "answered: not there": { "sending a change": "gone", "sending a delete": "gone" },
  "no answer": { "sending a create": "unknown", "sending a change": "unknown", "sending a delete": "unknown" },
  "key found": { "unknown create": "clean" },
  "key not found, first look": { "unknown create": "unknown" },
  "key not found, second look": { "unknown create": "dirty" },
  "read back: as before": { "unknown change": "dirty", "unknown delete": "dirty" },
  "read back: as sent": { "unknown change": "clean", "unknown delete": "dirty" },
  "read: as we left it": {
    clean: "clean",
    "dirty, to change": "dirty",
    "dirty, to delete": "dirty",
    "unknown change": "unknown",
    "unknown delete": "unknown",
    "sending a change": "sending",
    refused: "refused",
    gone: "gone",
  },
  "read: not there": {
    clean: "gone",
    "dirty, to change": "gone",
    "dirty, to delete": "gone",
    "unknown change": "gone",
    "unknown delete": "-",
    refused: "gone",
    gone: "gone",
  },
  "its records changed": {
    clean: "clean",
    refused: "dirty",
    "refused create": "dirty",
    "unknown create": "unknown",
    gone: "gone",
  },
};

const CELLS = Object.entries(TABLE).flatMap(([event, row]) =>
  Object.entries(row).map(([state, after]) => [state, event, after] as const),
);

describe("a row of the mirror", () => {
  test.each(CELLS)("%s · %s → %s", (state, event, after) => {
    expect(EVENTS[event]!(ROWS[state as Name])?.state ?? "-").toBe(after);
  });

  test("a new thing is dirty, and under doubt is looked up once before it is made", () => {
    const fresh = newRow("company:1", { key: "k", kind: "task", target: null, priority: 20, notBefore: 4 });
    expect(fresh).toMatchObject({ state: "dirty", client: "company:1", notBefore: 4, externalId: null });
    const doubted = doubtful(fresh, NOW);
    expect(doubted).toMatchObject({ state: "unknown", notBefore: NOW });
    expect(notFound({ ...doubted, desired: taskWish() }, NOW)?.state).toBe("dirty");
    expect(doubtful(fieldsRow(), NOW)).toEqual(fieldsRow());
  });

  test("an unknown create waits until the call can no longer land, and is looked up twice, minutes apart", () => {
    const unknown = lost(begun(ROWS["dirty, never made"], { dueAt: 100 }), NOW);
    expect(unknown.notBefore).toBe(NOW + SETTLE_WAIT_MS);
    expect(notFound(unknown, NOW)).toMatchObject({ state: "unknown", looks: 1, notBefore: NOW + LOOK_GAP_MS });
  });

  test("what went out three times and was there at no look is stuck, is looked for ever later, and is none once it is there", () => {
    let row: Thing = ROWS["unknown change"];
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      row = readBack(row, HELD, NOW);
      expect(isStuck(row)).toBe(round >= 2);
      row = lost(begun(row, { dueAt: 200 }), NOW);
      waits.push((row.notBefore - NOW) / 60_000);
    }
    expect(waits).toEqual([1.5, 1.5, 15, 30, 60, 60, 60]);
    const landed = readBack(row, { ...HELD, dueAt: 200 }, NOW);
    expect(landed).toMatchObject({ state: "clean", looks: 0 });
    expect(isStuck(landed)).toBe(false);
  });

  test("a new task that is refused as there already, and found at no look, is stuck after three rounds, and tried ever later", () => {
    let row: Thing = ROWS["dirty, never made"];
    const waits: number[] = [];
    for (let round = 1; round <= 6; round++) {
      row = lost(begun(row, { dueAt: 100 }), NOW);
      waits.push((row.notBefore - NOW) / 60_000);
      row = notFound(notFound(row, NOW)!, NOW)!;
      expect(row.state).toBe("dirty");
      expect(isStuck(row)).toBe(round >= 3);
    }
    expect(waits).toEqual([1.5, 1.5, 1.5, 15, 30, 60]);
    expect(isStuck(found(lost(begun(row, { dueAt: 100 }), NOW), "77"))).toBe(false);
  });

  test("what has no key is sent at most once: a lost notice is gone, and an arrived one is never said again", () => {
    const notice = taskRow({
      kind: "notice",
      externalId: null,
      sent: null,
      desired: '{"text":{"id":"a"}}',
      state: "sending",
    });
    expect(lost(notice, NOW).state).toBe("gone");
    const said = taskRow({
      kind: "notice",
      externalId: "",
      desired: '{"text":{"id":"a"}}',
      sent: '{"text":{"id":"a"}}',
    });
    expect(wished(said, wish('{"text":{"id":"b"}}'), NOW).row).toBe(said);
    expect(unwished(said, NOW)).toBe(said);
  });

  test("a wish that changed while a call was under way is sent next, whatever the call's answer", () => {
    const sending = { ...ROWS["sending a change"], desired: taskWish({ dueAt: 300 }) };
    expect(acknowledged(sending, { id: "7", values: { dueAt: 200 }, echo: {} }, NOW)).toMatchObject({
      state: "dirty",
      sent: OTHER,
      ours: { dueAt: 200 },
    });
    expect(refused(sending)?.state).toBe("dirty");
    const unwishedMeanwhile = { ...ROWS["sending a create"], desired: null };
    expect(acknowledged(unwishedMeanwhile, { id: "7", values: {}, echo: {} }, NOW)).toMatchObject({
      state: "dirty",
      desired: null,
      externalId: "7",
    });
    expect(delayed(unwishedMeanwhile, NOW, NOW)).toBeNull();
  });

  test("a thing that we deleted and want again starts as if it had never been there", () => {
    const again = { ...ROWS["sending a delete"], desired: taskWish() };
    expect(acknowledged(again, { id: "7", values: {}, echo: {} }, NOW)).toMatchObject({
      state: "dirty",
      externalId: null,
      ours: null,
      sent: null,
    });
    expect(missed({ ...again, state: "unknown" })).toMatchObject({ state: "dirty", externalId: null });
  });

  test("G4 a task that a person deleted before our delete went out stays deleted when it is wished again; where a delete of ours may have arrived it is made anew", () => {
    const row = missed(ROWS["dirty, to delete"])!;
    expect(wished(row, wish(taskWish()), NOW).row).toMatchObject({ state: "gone" });
    // It went out before, was still there at the look, and may land late.
    const went = readBack(ROWS["unknown delete"], HELD, NOW);
    expect(missed(went)).toBeNull();
    // Another copy may have deleted it, unless it was seen here since that one ended.
    expect(missed(ROWS["dirty, to delete"], NOW)).toBeNull();
    expect(missed({ ...ROWS["dirty, to delete"], theirsAt: NOW }, NOW)?.state).toBe("gone");
    expect(missed(fieldsRow({ desired: null }))).toBeNull();
  });

  test("a write is later than every read we hold, also within one millisecond", () => {
    const read = taskRow({
      theirs: { ...HELD, dueAt: 150 },
      theirsAt: NOW,
      state: "sending",
      sending: { desired: OTHER, values: { dueAt: 200 } },
    });
    expect(acknowledged(read, { id: "7", values: { dueAt: 200 }, echo: {} }, NOW)!.wroteAt).toBe(NOW + 1);
  });

  test("G4 a person's edit between a lost create and its look-up stays an edit", () => {
    const arrived = found(ROWS["unknown create"], "7");
    const { row } = seen(arrived, { ...HELD, dueAt: 777 }, NOW);
    expect(row.ours).toMatchObject({ dueAt: 100 });
    expect(row.theirs).toMatchObject({ dueAt: 777 });
  });

  test("a read that began before our write was answered is taken again", () => {
    expect(seen(taskRow({ wroteAt: NOW }), { ...HELD, dueAt: 150 }, NOW - 1)).toEqual({
      row: taskRow({ wroteAt: NOW }),
      again: true,
    });
  });

  test("a value equal to the one before our last write is read once more before it counts as an edit", () => {
    const wrote = taskRow({ before: { ...HELD, dueAt: 50 } });
    const first = seen(wrote, { ...HELD, dueAt: 50 }, NOW);
    expect(first.again).toBe(true);
    expect(first.row.theirs).toBeNull();
    const second = seen(first.row, { ...HELD, dueAt: 50 }, NOW + 60_000);
    expect(second).toMatchObject({ again: false, row: { theirs: { dueAt: 50 } } });
  });

  test("what shows neither the old nor the new value after a lost update was changed by a person", () => {
    const row = readBack(ROWS["unknown change"], { ...HELD, dueAt: 999 }, NOW);
    expect(row).toMatchObject({ ours: { dueAt: 100 }, theirs: { dueAt: 999 } });
  });

  test("our fields on a record that came back from the recycle bin are kept up again; a task that a person deleted stays gone", () => {
    expect(seen(fieldsRow({ state: "gone" }), { progress: 10 }, NOW).row.state).toBe("clean");
    expect(seen(ROWS.gone, HELD, NOW).row.state).toBe("gone");
  });

  test("G4 a task that somebody finished stays where it is when nothing wishes it any more", () => {
    const done = taskRow({ theirs: { ...HELD, status: "done" }, theirsAt: 2_000 });
    expect(unwished(done, NOW)).toBe(done);
    const moved = { ...done, state: "dirty" as const, desired: OTHER };
    expect(unwished(moved, NOW)).toMatchObject({ state: "clean", desired: taskWish() });
    expect(unwished(taskRow(), NOW)).toMatchObject({ state: "dirty", desired: null });
    const tied = { ...done, desired: OTHER, sending: { desired: OTHER, values: {} }, state: "sending" as const };
    const written = acknowledged(tied, { id: "7", values: {}, echo: {} }, NOW)!;
    expect(unwished(written, NOW)).toBe(written);
  });

  test("a task that another copy made stays until it is wished, and is not made anew when it is deleted before", () => {
    const row = stranger("plan:company:1:1/kickoff", "7", { client: "company:1", target: null });
    expect(unwished(row, NOW)).toBe(row);
    expect(kept(row)).toBe(row);
    expect(missed(row)).toMatchObject({ state: "gone", externalId: "7" });
    const read = seen(row, { ...HELD, dueAt: 900 }, NOW).row;
    const asked = wished(read, wish(taskWish()), NOW).row;
    // Whoever dated it otherwise than it is wished was a person: the decision is told.
    expect(asked).toMatchObject({ state: "clean", externalId: "7", ours: { dueAt: 100 }, theirs: { dueAt: 900 } });
    expect(differing(asked)).toEqual([]);
  });

  test("what a person changes in it before it is wished stays theirs, also when the wish says the same and says otherwise later", () => {
    const met = stranger("ladder:company:1/1/task/kickoff/owner", "7", { client: "company:1", target: null });
    const first = seen(met, HELD, NOW).row;
    expect(first).toMatchObject({ ours: HELD, theirs: HELD });
    const given = seen(first, { ...HELD, ownerId: "12" }, NOW + 1).row;
    const asked = wished(given, wish(taskWish({ ownerId: "12" })), NOW + 2).row;
    expect(asked).toMatchObject({ state: "clean", ours: { ownerId: "12", "kept:ownerId": true } });
    const later = wished(asked, wish(taskWish({ ownerId: "13" })), NOW + 3).row;
    expect([later.state, differing(later)]).toEqual(["clean", []]);
  });

  test("a task that is there although it was taken for deleted, or never known to be made, is known by its new id", () => {
    expect(metAgain(ROWS.gone, "8")).toMatchObject({ state: "clean", externalId: "8", ours: null });
    expect(metAgain(ROWS["dirty, never made"], "8")).toMatchObject({ state: "clean", externalId: "8" });
    const deleted = missed(stranger("plan:a", "7", { client: "", target: null }))!;
    // Looked at again, as after a merge: what was deleted stays so, whatever this copy may have forgotten.
    expect(missed(deleted, Number.POSITIVE_INFINITY)).toBe(deleted);
    expect(metAgain(deleted, "8")).toMatchObject({ state: "clean", externalId: "8", desired: null });
    for (const name of ["clean", "dirty, to change", "sending a create", "unknown create"] as const)
      expect(metAgain(ROWS[name], "8")).toBe(ROWS[name]);
  });

  test("what stands in our fields before anything was wished is remembered; a wish for nothing empties it", () => {
    const row = leftOver("company:1", { kind: "company", id: "1" }, "fields:company:1", { progress: 10 }, NOW);
    expect(unwished(row, NOW)).toBe(row);
    const asked = wished(row, { ...wish('{"progress":null,"overdue":null}'), target: row.target }, NOW).row;
    expect(asked.state).toBe("dirty");
    expect(differing(asked)).toEqual(["progress"]);
    const done = acknowledged(
      begun(asked, { progress: null }),
      { id: "1", values: { progress: null }, echo: {} },
      NOW,
    )!;
    expect(done).toMatchObject({ state: "clean", ours: { progress: null } });
  });

  test("fields that are nobody's any more are emptied, not deleted; those never written are forgotten", () => {
    expect(unwished(fieldsRow(), NOW)).toMatchObject({ state: "dirty", desired: '{"progress":null}' });
    expect(unwished(fieldsRow({ sent: null, ours: null, state: "dirty", externalId: null }), NOW)).toBeNull();
    const emptied = fieldsRow({ desired: '{"progress":null}', sent: '{"progress":null}', ours: { progress: null } });
    expect(unwished(emptied, NOW)).toBe(emptied);
    const filled = seen(emptied, { progress: 10 }, NOW).row;
    expect(unwished(filled, NOW)).toMatchObject({ state: "dirty", desired: '{"progress":null}', fights: 1 });
  });
});
