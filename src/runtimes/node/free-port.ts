import { createServer } from "node:net";

/** Another program listens where we are to. */
export class PortInUse extends Error {
  /** @param variable the setting that names another port */
  constructor(port: number, variable: string) {
    super(
      `Port ${port} is taken by another program, perhaps by another Tenure. Stop it first, or set ${variable} to a free port.`,
    );
    this.name = "PortInUse";
  }
}

/** Asked before any work is done, so that a second start ends at once. @throws PortInUse */
export function requireFree(port: number, variable: string): Promise<void> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      failed(error.code === "EADDRINUSE" ? new PortInUse(port, variable) : error),
    );
    probe.listen(port, () => probe.close(() => done()));
  });
}
