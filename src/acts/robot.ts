import type { Crm } from "../crm/port.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { runWorkflowSoon, type WorkflowCall } from "./workflow.ts";

/** A CRM whose rules wait for their answer. */
interface AnswersRobots {
  answerRobot(answer: {
    eventToken: string;
    values: Readonly<Record<string, string | number>>;
    log?: string;
  }): Promise<boolean>;
}

function answersRobots(crm: Crm): crm is Crm & AnswersRobots {
  return "answerRobot" in crm;
}

/** Runs a robot's wish and lets the rule go on with its return values, or with the reason why nothing was done. */
export async function runRobot(
  portal: Portal,
  around: Surroundings,
  call: WorkflowCall,
  eventToken: string | null,
  declared: readonly string[],
): Promise<boolean> {
  const answer = await runWorkflowSoon(portal, around, call);
  const crm = portal.crm();
  if (eventToken === null || !answersRobots(crm)) return false;
  const outputs = answer.ok ? Object.entries(answer.outputs) : [];
  const values = Object.fromEntries(outputs.filter(([name]) => declared.includes(name)));
  return crm.answerRobot({ eventToken, values, ...(!answer.ok && { log: `Tenure: ${answer.why}` }) });
}
