import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Letter } from "../../../src/mailer.ts";
import { smtpMailer } from "../../../src/runtimes/node/mailer.ts";

const LETTER: Letter = {
  from: { name: "Айгуль", address: "aigul@tenure.test" },
  to: "ada@client.example",
  replyTo: "team@tenure.test",
  subject: "Добро пожаловать",
  text: "Hello\n\n.dots stay dots",
  html: "<p>Hello</p>",
  messageId: "k1@tenure.test",
  headers: {
    "List-Unsubscribe": "<https://tenure.test/c/stop/x>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  },
};

/** What the server answers to each command; null = it hangs up. */
type Script = Readonly<Partial<Record<"greeting" | "MAIL" | "RCPT" | "DATA" | "end" | "AUTH", string | null>>>;

let server: Server | null = null;
afterEach(() => new Promise<void>((done) => (server ? server.close(() => done()) : done())));

/** A mail server that says what it is told to. Returns its address and the letters it took in full. */
async function smtpServer(script: Script): Promise<{ url: string; letters: string[] }> {
  const letters: string[] = [];
  const made = createServer((socket) => converse(socket, script, letters));
  server = made;
  await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
  const address = made.address();
  return { url: `smtp://127.0.0.1:${typeof address === "object" ? address!.port : 0}`, letters };
}

function converse(socket: Socket, script: Script, letters: string[]): void {
  const say = (text: string | null | undefined, usual: string) => {
    if (text === null) return socket.destroy();
    socket.write(`${text ?? usual}\r\n`);
  };
  let letter: string | null = null;
  let rest = "";
  socket.on("error", () => undefined);
  say(script.greeting, "220 here");
  socket.on("data", (chunk) => {
    rest += chunk.toString();
    for (;;) {
      if (letter !== null) {
        const end = rest.indexOf("\r\n.\r\n");
        if (end < 0) return;
        letters.push(rest.slice(0, end));
        rest = rest.slice(end + 5);
        letter = null;
        say(script.end, "250 taken");
        continue;
      }
      const line = rest.indexOf("\r\n");
      if (line < 0) return;
      const command = rest.slice(0, line);
      rest = rest.slice(line + 2);
      const word = command.slice(0, 4).toUpperCase();
      if (word === "EHLO") say(undefined, "250-here\r\n250 AUTH PLAIN LOGIN");
      else if (word === "AUTH") say(script.AUTH, "235 welcome");
      else if (word === "MAIL") say(script.MAIL, "250 fine");
      else if (word === "RCPT") say(script.RCPT, "250 fine");
      else if (word === "QUIT") socket.end("221 bye\r\n");
      else if (word === "DATA") {
        if (script.DATA === undefined) letter = "";
        say(script.DATA, "354 go on");
      }
    }
  });
}

describe("letters over SMTP", () => {
  test("A5.5 a letter arrives with its sender, reply address, texts and a way out", async () => {
    const { url, letters } = await smtpServer({});
    expect(await smtpMailer(url).send(LETTER)).toEqual({ done: true });
    expect(letters).toHaveLength(1);
    const unfolded = letters[0]!.replaceAll(/\r\n[ \t]/g, " ");
    expect(unfolded).toContain("Message-ID: <k1@tenure.test>");
    expect(unfolded).toContain("To: ada@client.example");
    expect(unfolded).toContain("Reply-To: team@tenure.test");
    expect(unfolded).toContain("List-Unsubscribe: <https://tenure.test/c/stop/x>");
    expect(unfolded).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    expect(unfolded).toContain("<p>Hello</p>");
    expect(unfolded).toMatch(/From: =\?UTF-8\?.*<aigul@tenure\.test>/);
  });

  test.each([
    ["a mailbox that is not there", { RCPT: "550 no such mailbox" }, { failure: "refused", code: "SMTP_550" }],
    ["a letter that it does not want", { end: "554 looks like spam" }, { failure: "refused", code: "SMTP_554" }],
    ["a mailbox that is busy", { RCPT: "451 later" }, { failure: "unavailable", code: "SMTP_451" }],
    ["no time for us", { greeting: "421 closing" }, { failure: "unavailable" }],
    ["a connection cut before the letter", { DATA: null }, { failure: "unavailable" }],
    ["a connection cut after the whole letter", { end: null }, { failure: "unknown" }],
  ] as const)("a server with %s", async (_, script, expected) => {
    const { url } = await smtpServer(script);
    expect(await smtpMailer(url).send(LETTER)).toMatchObject({ done: false, ...expected });
  });

  test("a password that is wrong is our problem, not the letter's", async () => {
    const { url } = await smtpServer({ AUTH: "535 no" });
    const sent = await smtpMailer(url.replace("//", "//user:wrong@")).send(LETTER);
    expect(sent).toEqual({ done: false, failure: "unavailable", code: "EAUTH" });
  });

  test("a server that is not there, and an address that is none", async () => {
    const { url } = await smtpServer({});
    await new Promise<void>((done) => server!.close(() => done()));
    server = null;
    expect(await smtpMailer(url).send(LETTER)).toMatchObject({ failure: "unavailable" });
    const running = await smtpServer({});
    expect(await smtpMailer(running.url).send({ ...LETTER, to: "nobody" })).toMatchObject({
      failure: expect.any(String),
    });
  });
});
