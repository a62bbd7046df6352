/** What the admin says about questions of clients: which answers there are, and who answers everything else. */
import { z } from "zod";
import { LANGUAGES } from "../model.ts";

/** Longer texts are letters, characters. */
export const QUESTION_MAX = 600;

/** One topic in one language. The topic itself is one of the ways to ask. */
const listedAnswer = z.strictObject({
  /** as the monthly review names it; the same topic in another language is its translation */
  topic: z.string().trim().min(1).max(60),
  /** absent: for clients of every language */
  language: z.enum(LANGUAGES).optional(),
  /** ways in which clients ask it */
  asked: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
  answer: z.string().trim().min(1).max(2_000),
});

export const questionSettings = z.strictObject({
  /** the field for questions on the client's plan page */
  isOn: z.boolean().default(false),
  answers: z.array(listedAnswer).max(200).default([]),
  /** who answers what the list does not; empty = whoever has the client */
  answererId: z.string().max(100).default(""),
  /** working days within which that person answers, as the client is told; 0 = today */
  answerDays: z.int().min(0).max(10).default(1),
  /** a bot answers in the CRM's own chats with clients, where the CRM has such and granted it */
  inChats: z.boolean().default(false),
  /** the model of `texts.model` may be shown questions that our rules do not understand, to choose among the answers */
  byModel: z.boolean().default(false),
});

export type QuestionSettings = z.output<typeof questionSettings>;
export type ListedAnswer = z.output<typeof listedAnswer>;
