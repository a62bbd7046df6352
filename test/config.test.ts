import { describe, expect, test } from "vitest";
import { ConfigProblem, readConfig } from "../src/config.ts";

const KEYS = `k1:${Buffer.alloc(32, 1).toString("base64")}`;
const WHOLE = {
  PUBLIC_URL: "https://tenure.test",
  ENCRYPTION_KEYS: KEYS,
  HUBSPOT_CLIENT_ID: "id",
  HUBSPOT_CLIENT_SECRET: "secret",
  HUBSPOT_APP_ID: "4711",
};

function problems(env: Readonly<Record<string, string>>): ConfigProblem {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigProblem) return error;
  }
  throw new Error("The environment was taken.");
}

/** The setting that each line of the message begins with. */
const named = ({ problems: lines }: ConfigProblem) =>
  lines.map((line) => /^[A-Z0-9_]+/.exec(line)?.[0] ?? line.slice(0, 15));

describe("the environment", () => {
  test("whole, it is taken", () => {
    expect(readConfig(WHOLE)).toMatchObject({ port: 3000, publicUrl: "https://tenure.test" });
  });

  test("empty, one message names everything that is missing", () => {
    expect(named(problems({}))).toEqual(["the credentials", "ENCRYPTION_KEYS"]);
  });

  test("a port that stands there empty, as in a file of settings, is named instead of any port being taken", () => {
    expect(named(problems({ ...WHOLE, PORT: "" }))).toEqual(["PORT"]);
    expect(named(problems({ ...WHOLE, PORT: "70000" }))).toEqual(["PORT"]);
    expect(readConfig({ ...WHOLE, PORT: "0" }).port).toBe(0);
  });

  test("of a CRM that is begun, everything is asked for, and nothing of the other", () => {
    const { HUBSPOT_CLIENT_SECRET: _secret, HUBSPOT_APP_ID: _id, ...begun } = WHOLE;
    expect(named(problems(begun))).toEqual(["HUBSPOT_CLIENT_SECRET", "HUBSPOT_APP_ID"]);
    expect(named(problems({ ...WHOLE, BITRIX24_CLIENT_ID: "app" }))).toEqual(["BITRIX24_CLIENT_SECRET"]);
  });

  test.each([
    ["PUBLIC_URL", "tenure"],
    ["PORT", "many"],
    ["ENCRYPTION_KEYS", "k1:short"],
    ["ENCRYPTION_KEYS", `${KEYS},${KEYS}`],
    ["HUBSPOT_API_URL", "hubapi"],
    ["LOG_LEVEL", "loud"],
    ["MAIL_API_KEY", ""],
    ["MOVE_KEY", ""],
  ])("odd, %s = %o is named", (name, value) => {
    const needing = {
      MAIL_API_KEY: { MAIL_API_URL: "https://mail.test/emails" },
      MOVE_KEY: { NEIGHBOUR_URL: "https://b.test" },
    };
    const env = value === "" ? { ...WHOLE, ...needing[name as keyof typeof needing] } : { ...WHOLE, [name]: value };
    expect(named(problems(env))).toEqual([name]);
  });

  test("missing and odd come together, each with where to get it, and no value is repeated", () => {
    const { message } = problems({ ...WHOLE, PORT: "s3cret", PUBLIC_URL: "", HUBSPOT_APP_ID: "" });
    const lines = message.split("\n");
    expect(lines[0]).toBe("Tenure cannot start. Please set:");
    expect(lines.slice(1).map((line) => line.split(" ")[3])).toEqual(["PORT", "PUBLIC_URL", "HUBSPOT_APP_ID"]);
    for (const line of lines.slice(1)) expect(line).toMatch(/: .{10,}$/);
    expect(message).not.toContain("s3cret");
  });
});
