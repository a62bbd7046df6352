/** How one message goes out: what the portal set for its channel, as far as the CRM has the means for it. */
import { own } from "../own.ts";
import type { TemplateStep } from "./template.ts";
import type { ChannelMode, CrmWay, PlanConfig } from "./types.ts";

type Message = Pick<NonNullable<TemplateStep["message"]>, "text" | "channel">;

export function crmWayOf({ text, channel }: Message, config: Pick<PlanConfig, "crmMeans">): CrmWay | null {
  const means = config.crmMeans[channel];
  if (!means) return null;
  if (means.way === "letter") return { way: "letter", ref: null };
  const ref = means.way === "sequence" ? own(means.of, text) : means.ref;
  return ref === undefined ? null : { way: means.way, ref };
}

/** What the CRM has no means for is drafted as a task. */
export function modeOf(message: Message, config: Pick<PlanConfig, "channels" | "crmMeans">): ChannelMode {
  const mode = config.channels[message.channel];
  return mode === "crm" && crmWayOf(message, config) === null ? "task" : mode;
}
