/** Answers to the CRM's automation rules: kept until the CRM has taken them, because a rule that hears nothing stands still, and nobody asks twice. */
import { isFailure } from "./crm/failure.ts";
import type { Crm } from "./crm/port.ts";
import type { Portal } from "./portal-open.ts";
import { type Waiting, WaitingList } from "./portal-waiting.ts";
import type { Surroundings } from "./ports.ts";

export interface RobotAnswer {
  eventToken: string;
  values: Readonly<Record<string, string | number>>;
  log?: string;
}

/** A CRM whose rules wait for their answer. */
interface AnswersRobots {
  /** May be said again. @returns false where the run no longer waits. @throws CrmFailure except `refused` */
  answerRobot(answer: RobotAnswer): Promise<boolean>;
}

function answersRobots(crm: Crm): crm is Crm & AnswersRobots {
  return "answerRobot" in crm;
}

/** A rule that heard nothing for so long was looked after by a person, ms. */
const LIVES_MS = 86_400_000;
/** Where the CRM does not say when it has room again, ms. */
const AGAIN_MS = 60_000;
/** More wait only where the CRM has been away for long; the oldest go. */
const MOST = 500;

/** Sealed: whoever knows an answer's token may let the rule go on. */
const ANSWERS = new WaitingList<RobotAnswer>("robotAnswers", MOST);

/** To be given by `answerRobots`, as soon as the CRM takes it. */
export function keepRobotAnswer(portal: Portal, around: Surroundings, answer: RobotAnswer): void {
  if (!answersRobots(portal.crm())) return;
  ANSWERS.add(portal, around, answer);
}

/** Gives the answers that wait. When to come back, epoch ms; null: none is left. */
export async function answerRobots(portal: Portal, around: Surroundings): Promise<number | null> {
  for (;;) {
    const [first] = ANSWERS.in(portal);
    if (!first) return null;
    const again = around.now() > first.at + LIVES_MS ? null : await say(portal, around, first);
    const others = ANSWERS.in(portal).filter(({ sealed }) => sealed !== first.sealed);
    // One that is not taken holds up nobody behind it.
    ANSWERS.keep(portal, again === null ? others : [...others, first]);
    if (again !== null) return again;
  }
}

/** When to try again; null: the rule has its answer, or waits no more. */
async function say(portal: Portal, around: Surroundings, waiting: Waiting): Promise<number | null> {
  const crm = portal.crm();
  const answer = ANSWERS.opened(around, waiting);
  if (answer === null || !answersRobots(crm)) return null;
  try {
    await crm.answerRobot(answer);
    return null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.failure !== "limited")
      around.log("warn", "robot-not-answered", { failure: error.failure, code: error.code, advice: error.message });
    return error.retryAt ?? around.now() + AGAIN_MS;
  }
}
