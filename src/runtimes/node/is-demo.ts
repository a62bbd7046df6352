/** Whether this start is a demo: told apart without loading the sandbox CRMs. */

const CREDENTIALS = [
  "HUBSPOT_CLIENT_ID",
  "HUBSPOT_CLIENT_SECRET",
  "HUBSPOT_APP_ID",
  "BITRIX24_CLIENT_ID",
  "BITRIX24_CLIENT_SECRET",
];
export type Environment = Readonly<Record<string, string | undefined>>;

/** No credential of any CRM is set. */
export function isDemo(env: Environment): boolean {
  return CREDENTIALS.every((name) => !env[name]);
}
