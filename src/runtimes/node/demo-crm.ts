/** What a demo CRM is made with. */
export interface DemoSite {
  publicUrl: string;
  port: number;
  secret: { id: string; secret: string };
  random: () => number;
}

export interface DemoCrm {
  name: string;
  id: string;
  /** the CRM as its people see it */
  url: string;
  /** our screens, opened as the CRM opens them */
  screens: string;
  install(): Promise<void>;
  /** the team does most of what the adopted plans have it do by now */
  catchUp(): void;
  step(): string;
  stop(): void;
}
