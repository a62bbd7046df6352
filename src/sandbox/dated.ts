/** The answer with the server's time on it, as every server sends it: in whole seconds. */
export function dated(response: Response, nowMs: number): Response {
  response.headers.set("date", new Date(nowMs).toUTCString());
  return response;
}
