/** Unit and container run what `npm start` runs, the way it does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
