/** Questions that a person answers: who, by when, as a task in the CRM, and late where nobody did. */
import { nextWorkingInstant } from "../calendar/work-time.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../decision.ts";
import { type Desired, PRIORITY } from "../desired.ts";
import { hindrance } from "../escalate/people.ts";
import type { LateReason } from "../escalate/types.ts";
import type { RecordRef } from "../model.ts";
import type { AskedQuestion } from "./state.ts";

/** The task's key; also where its words wait for it. */
export function questionKey({ id }: Pick<AskedQuestion, "id">): string {
  return `question:${id}`;
}

/** Whom the settings name, while that person is there; else whoever has the client. */
export function answererOf(ownerId: string, config: DecideConfig, now: number): string {
  const { answererId } = config.settings.questions;
  return answererId !== "" && hindrance(answererId, config.people, now, config.zone) === null ? answererId : ownerId;
}

/** The end of the working day by which the client is told to have an answer, epoch ms. */
export function answerDueAt(config: DecideConfig, now: number): number {
  const { calendar, zone, settings } = config;
  // What is asked in the evening counts from the next morning.
  const first = dayOf(nextWorkingInstant(now, calendar), zone);
  return instantOf(calendar.addWorkingDays(first, settings.questions.answerDays), calendar.endMinute, zone);
}

/** One task per question. It stays wished, so that it stays. @param ownerId who has the client now */
export function questionWishes(
  asked: readonly AskedQuestion[],
  ownerId: string,
  links: readonly RecordRef[],
  facts: ClientFacts,
  config: DecideConfig,
  now: number,
): readonly Desired[] {
  return asked.flatMap((one): Desired[] => {
    if (!one.passed) return [];
    const base = {
      key: questionKey(one),
      kind: "task" as const,
      target: links[0]!,
      priority: PRIORITY.soon,
      notBefore: 0,
    };
    if (heldOf(one, facts)?.status === "done") return [{ ...base, keep: true }];
    const { dueAt } = one.passed;
    const isThere = config.ownerTable[one.passed.ownerId]?.isActive === true;
    return [
      {
        ...base,
        task: {
          subject: { id: "question.task" },
          body: { id: "question.task.body", params: { day: dayOf(dueAt, config.zone) } },
          dueAt,
          reminderAt: null,
          ownerId: isThere ? one.passed.ownerId : answererOf(ownerId, config, now),
          priority: "high",
          type: "todo",
          status: "open",
          links,
        },
      },
    ];
  });
}

function heldOf(one: Pick<AskedQuestion, "id">, facts: ClientFacts) {
  return facts.things.find((thing) => thing.key === questionKey(one))?.holds ?? null;
}

/** Was it answered, or its task taken away? Before the task is there it is open. */
export function isOpen(one: AskedQuestion, facts: ClientFacts): boolean {
  if (!one.passed) return false;
  const thing = facts.things.find((other) => other.key === questionKey(one));
  return thing === undefined || (!thing.gone && thing.holds?.status !== "done");
}

/** Questions that wait, for the ladder of tasks. */
export function questionReasons(asked: readonly AskedQuestion[], facts: ClientFacts): LateReason[] {
  return asked
    .filter((one) => isOpen(one, facts))
    .map((one) => {
      const held = heldOf(one, facts);
      return {
        kind: "task",
        key: `question-${one.id}`,
        dueAt: typeof held?.dueAt === "number" ? held.dueAt : one.passed!.dueAt,
        openedAt: one.at,
        ownerId: typeof held?.ownerId === "string" ? held.ownerId : one.passed!.ownerId,
        isMovedByPauses: false,
        text: { id: "late.question" },
      };
    });
}
