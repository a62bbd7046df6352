import { describe, expect, test } from "vitest";
import { type Acts, act, NO_ACTS, undoLast } from "../../../src/core/client/acts.ts";
import { firstValueField, firstValueSaid, heedCrmFirstValue } from "../../../src/core/client/first-value.ts";
import type { ClientFacts } from "../../../src/core/decision.ts";

const KEY = "company:1";
const [A, B] = [20_500, 20_510];
const meta = { at: 1, by: "user:1" };
const NO_CONTEXT = () => {
  throw new Error("no plan is asked for");
};

/** The field holds this, and we wrote that. */
function crm(held: number | null, wrote?: number | null): ClientFacts {
  const thing = {
    key: `fields:${KEY}`,
    holds: { first_value_on: held },
    wrote: wrote === undefined ? {} : { first_value_on: wrote },
  };
  return { records: [], things: [{ ...thing, edited: [] }], survivors: {}, usage: {} } as unknown as ClientFacts;
}

const saying = (day: number, acts?: Acts) => act({ plans: [], acts }, { do: "first_value", day }, meta, NO_CONTEXT);
const takingBack = (acts: Acts) => undoLast({ plans: [], acts }, NO_CONTEXT)!.state.acts;

/** What counts, what we wish the field to show, and what is kept of it. */
function seen(acts: Acts | undefined, facts: ClientFacts) {
  const heard = heedCrmFirstValue(KEY, { acts }, facts).acts;
  return { day: firstValueSaid(KEY, heard, facts), wish: firstValueField(heard), acts: heard! };
}

describe("first value: on our screens, or in the CRM's field", () => {
  test("what is said on our screens counts at once, goes into the field, and from then on the field is right", () => {
    const { acts } = saying(A);
    expect(seen(acts, crm(null))).toMatchObject({ day: A, wish: { first_value_on: A } });
    const written = seen(acts, crm(A, A));
    expect(written).toMatchObject({ day: A, wish: {} });
    expect(seen(written.acts, crm(B, A))).toMatchObject({ day: B, wish: {} });
    expect(seen(written.acts, crm(null, A))).toMatchObject({ day: null, wish: {} });
  });

  test("what people changed in the field before we looked again is right, too", () => {
    const { acts } = saying(A);
    expect(seen(acts, crm(B, A))).toMatchObject({ day: B, wish: {} });
    expect(seen(acts, crm(null, A))).toMatchObject({ day: null, wish: {} });
    expect(seen(acts, crm(B))).toMatchObject({ day: B, wish: {} });
  });

  test("what only the CRM says counts, and is not wished by us", () => {
    expect(seen(undefined, crm(B))).toMatchObject({ day: B, wish: {} });
    expect(seen(NO_ACTS, crm(B))).toMatchObject({ day: B, wish: {} });
  });

  test("what is taken back counts no more and leaves the field, but not what people wrote there since", () => {
    const acts = takingBack(seen(saying(A).acts, crm(A, A)).acts);
    const gone = seen(acts, crm(A, A));
    expect(gone).toMatchObject({ day: null, wish: { first_value_on: null } });
    expect(seen(gone.acts, crm(null, null))).toMatchObject({ day: null, wish: {} });
    expect(seen(acts, crm(B, A))).toMatchObject({ day: B, wish: {} });
  });

  test("said again before the field was emptied, the new day goes there, and the same one stays", () => {
    const back = takingBack(seen(saying(A).acts, crm(A, A)).acts);
    expect(seen(saying(B, back).acts, crm(A, A))).toMatchObject({ day: B, wish: { first_value_on: B } });
    expect(seen(saying(A, back).acts, crm(A, A))).toMatchObject({ day: A, wish: {} });
  });
});
