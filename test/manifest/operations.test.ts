/** Unit and container run what `npm start` runs, the way it does. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const unit = read("manifest/operations/tenure.service");
const container = read("manifest/operations/Containerfile");
const { scripts, engines } = JSON.parse(read("package.json")) as {
  scripts: { start: string };
  engines: { node: string };
};

/** `A=1 B=2` after a word that begins the line. */
function settings(text: string, word: RegExp): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => word.test(line));
  const pairs = lines.flatMap((line) =>
    line
      .replace(word, "")
      .split(" ")
      .map((one) => one.split(/=(.*)/)),
  );
  return Object.fromEntries(pairs.map(([name, value]) => [name!, value!]));
}
const inUnit = settings(unit, /^Environment=/);
const inContainer = settings(container, /^ENV /);

describe("systemd unit and container file", () => {
  test("start the file that npm start starts, with the options that it gives to Node", () => {
    const entry = /\S+\.ts$/.exec(scripts.start)![0];
    expect(/^ExecStart=\S+node (\S+)$/m.exec(unit)![1]).toBe(entry);
    expect(JSON.parse(/^CMD (.+)$/m.exec(container)![1]!)).toEqual(["node", entry]);
    const options = /NODE_OPTIONS: `(\S+) /.exec(read("scripts/run.mjs"))![1];
    expect([inUnit.NODE_OPTIONS, inContainer.NODE_OPTIONS]).toEqual([options, options]);
  });

  test("the container's Node is one that package.json takes, its port the default one, its folders those of the unit's kind", () => {
    const least = /^>=(\d+)/.exec(engines.node)![1];
    expect(/^FROM node:(\d+)/m.exec(container)![1]).toBe(least);
    const secrets = {
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
      BITRIX24_CLIENT_ID: "a",
      BITRIX24_CLIENT_SECRET: "b",
    };
    const port = String(readConfig(secrets).port);
    expect([inContainer.PORT, /^EXPOSE (\d+)$/m.exec(container)![1]]).toEqual([port, port]);
    expect(readConfig({ ...secrets, ...inContainer }).dataDir).toBe(/^VOLUME (\S+)$/m.exec(container)![1]);
    expect(readConfig({ ...secrets, ...inUnit }).dataDir).toBe(`/var/lib/${/^StateDirectory=(.+)$/m.exec(unit)![1]}`);
  });

  test("the container has what npm ci needs, and no package runs a script in it", () => {
    expect(read(".npmrc")).toContain("ignore-scripts=true");
    const copied = [...container.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(" "));
    expect(copied).toEqual(["package.json", "package-lock.json", ".npmrc", "src", "scripts"]);
  });

  test("Node finds what it compiled for the last start, in folders that the user who runs it may write", () => {
    expect(inUnit.NODE_COMPILE_CACHE).toBe(`/var/cache/${/^CacheDirectory=(.+)$/m.exec(unit)![1]}`);
    expect(container).toMatch(new RegExp(`^RUN .+ chown node:node .*${inContainer.NODE_COMPILE_CACHE}( |$)`, "m"));
  });

  // No container engine is asked: its instructions are read by the rules of their format, and played.
  test("the container file is well formed: known instructions, a pinned base, nobody runs as root, commands without a shell in between", () => {
    const instructions = container
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => /^([A-Z]+) (.+)$/.exec(line)!.slice(1) as [string, string]);
    const known = "FROM ENV WORKDIR COPY RUN VOLUME USER EXPOSE STOPSIGNAL HEALTHCHECK CMD".split(" ");
    expect(instructions.filter(([name]) => !known.includes(name))).toEqual([]);
    expect(instructions[0]).toEqual(["FROM", expect.stringMatching(/^node:\d+-slim$/)]);
    for (const once of ["FROM", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"])
      expect(instructions.filter(([name]) => name === once)).toHaveLength(1);
    const names = instructions.map(([name]) => name);
    expect(/^USER (.+)$/m.exec(container)![1]).toBe("node");
    // Node keeps what it compiled by user: only what that one user ran is found again.
    const asUser = instructions.slice(names.indexOf("USER")).filter(([name]) => name === "RUN");
    expect(asUser).toEqual([["RUN", expect.stringMatching(/^\["node", .*connector\.ts/)]]);
    expect(names.indexOf("USER")).toBeLessThan(names.indexOf("CMD"));
    const commands = instructions.flatMap(([, rest]) => /(\[".*\])$/.exec(rest)?.[1] ?? []);
    expect(commands.map((text) => (JSON.parse(text) as string[])[0])).toEqual(["node", "node", "node"]);
    // What is written into a volume after it was declared is lost.
    const [volume] = instructions.filter(([name]) => name === "VOLUME").map(([, path]) => path);
    const later = instructions.slice(names.indexOf("VOLUME")).filter(([name]) => name === "RUN");
    expect(later.filter(([, command]) => command.includes(volume!))).toEqual([]);
  });

  test("what the container copies is all that a start needs; its health check says yes, and its stop signal ends it in order", {
    timeout: 120_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "tenure-container-"));
    for (const [, paths] of container.matchAll(/^COPY (.+) \S+$/gm))
      for (const path of paths!.split(" ")) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const env = {
      ...inContainer,
      PATH: process.env.PATH,
      DATA_DIR: join(folder, "data"),
      PORT: "0",
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      PUBLIC_URL: "https://tenure.test",
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
      BITRIX24_CLIENT_ID: "a",
      BITRIX24_CLIENT_SECRET: "b",
    };
    const [warm, check, entry] = [...container.matchAll(/(\[".*\])$/gm)].map(
      ([, text]) => JSON.parse(text!) as string[],
    );
    const inFolder = (args: readonly string[]) => args.slice(1).map((arg) => arg.replaceAll("/opt/tenure", folder));
    const warmed = spawnSync(process.execPath, inFolder(warm!), { cwd: folder, env, encoding: "utf8" });
    expect([warmed.status, warmed.stderr]).toEqual([0, ""]);
    expect(readdirSync(join(folder, "compiled"))).not.toEqual([]);
    const child = spawn(process.execPath, inFolder(entry!), { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
    const ended = new Promise((done) => child.once("exit", done));
    let port = 0;
    for await (const line of createInterface(child.stdout)) {
      port = (JSON.parse(line) as { port: number }).port;
      break;
    }
    const health = (at: number) =>
      spawnSync(process.execPath, inFolder(check!), { env: { ...env, PORT: String(at) } }).status;
    expect([health(port), health(1)]).toEqual([0, 1]);
    child.kill(/^STOPSIGNAL (.+)$/m.exec(container)![1] as NodeJS.Signals);
    expect(await ended).toBe(0);
    rmSync(folder, { recursive: true });
  });

  // Where systemd is installed it judges the unit itself.
  test("systemd finds nothing to complain about", () => {
    const folder = mkdtempSync(join(tmpdir(), "tenure-unit-"));
    const here = unit
      .replace(/^WorkingDirectory=.+$/m, `WorkingDirectory=${ROOT}`)
      .replace("/usr/bin/node", process.execPath)
      .replace(/^(?:User|Group)=.+\n/gm, "");
    writeFileSync(join(folder, "tenure.service"), here);
    const { status, stderr, error } = spawnSync("systemd-analyze", ["verify", join(folder, "tenure.service")], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    if (error) expect((error as NodeJS.ErrnoException).code).toBe("ENOENT");
    else expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
