import type { Language } from "../core/model.ts";

/** Lines of the score's account that are no signal of their own. */
export const LEDGER_WORDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  base: { en: "starting value", ru: "начальное значение", uk: "початкове значення", ro: "valoare de pornire" },
  onboarding: { en: "onboarding steps", ru: "шаги онбординга", uk: "кроки онбордингу", ro: "pași de onboarding" },
  group_limit: { en: "limit of the group", ru: "предел группы", uk: "межа групи", ro: "limita grupului" },
  scale_limit: { en: "limit of the scale", ru: "предел шкалы", uk: "межа шкали", ro: "limita scalei" },
};
