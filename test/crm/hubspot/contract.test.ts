import { crmContract } from "../contract.ts";
import { hubspotWorld } from "./world.ts";

crmContract("HubSpot keeps the port's promises", () => hubspotWorld());
