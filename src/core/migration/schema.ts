// A file in `.cas/migrations/` as people write it (catalogue row MG1). Descriptions become the hovers of the editor.
// Only shapes are checked here; what they mean together is checked in semantics.ts.

import { z } from 'zod';
import { dayOf } from '#core/migration/day.ts';
import { featureStatuses, hoursOrigins, planKinds, planPriorities, sideStates } from '#protocol/migration.ts';

const ID_PATTERN = /^[a-z0-9][a-z0-9._-]*$/;
const DAY_TEXT = 'a day such as 2026-12-24';

const id = z.string().max(56).regex(ID_PATTERN, { error: 'an id of lower-case letters, digits, `-`, `.` and `_`' });
const day = z.string({ error: DAY_TEXT }).refine((text) => dayOf(text) !== null, { error: DAY_TEXT, params: { phrase: true } });
const hours = z.number().min(0).max(10_000);

const entrySchema = z.strictObject({
  hours: z.number().min(-10_000).max(10_000).describe('Hours of this entry; negative in a correction.'),
  from: z
    .enum(hoursOrigins)
    .describe('`hand`: typed by a person; `clock`: measured by the start and stop clock; `run`: measured in a run.'),
  date: day.describe('Day it was worked on.').optional(),
  run: z.string().min(1).max(100).describe('Run it was measured in.').optional(),
  since: z.string().min(1).max(40).describe('When the clock was started, as an ISO time.').optional(),
  note: z.string().max(500).describe('What it was spent on.').optional(),
});

const actualHours = z.union([hours, z.array(entrySchema).max(10_000)], { error: 'a number of hours, or a list of {hours, from, date}' });

const featureSchema = z.strictObject({
  id: id.describe('Name of the feature in `dependencies` and on the command line; unique in the file.'),
  name: z.string().min(1).max(200).describe('What people call it.'),
  description: z.string().max(4000).describe('What it does.').optional(),
  phase: id.describe('Id of the phase it belongs to.').optional(),
  priority: z.enum(planPriorities).describe('Default `important`.').optional(),
  status: z.enum(featureStatuses).describe('Where the work is; in a migration, the new side. Default `not started`.').optional(),
  old: z.enum(sideStates).describe('In a migration: what the old side offers.').optional(),
  estimatedHours: hours.describe('Planned hours. Leave it out until someone has estimated it.').optional(),
  actualHours: actualHours
    .describe('Hours spent: one number, or a list of entries that say where each comes from. CAS adds those of clocks and runs.')
    .optional(),
  addedDate: day.describe('When it came into the plan; without it, at its start. Draws the scope of the burn-up.').optional(),
  startedDate: day.describe('When work on it began.').optional(),
  completedDate: day.describe('When it was done. Velocity, burn-up and forecast count by this day.').optional(),
  dependencies: z.array(z.string()).max(1000).describe('Ids of features that must be done first.').optional(),
  notes: z.string().max(10_000).describe('Anything worth keeping.').optional(),
});

const phaseSchema = z.strictObject({
  id: id.describe('Name of the phase in `phase` of a feature; unique in the file.'),
  name: z.string().min(1).max(200).describe('What people call it.'),
  description: z.string().max(4000).describe('What is true when it is over.').optional(),
  estimatedHours: hours.describe('Planned hours of the whole phase. Default: the sum of its features.').optional(),
});

export const migrationSchema = z.strictObject({
  $schema: z.string().describe('JSON Schema of this file, for editors.').optional(),
  name: z.string().min(1).max(200).describe('What people call the plan.'),
  kind: z
    .enum(planKinds)
    .describe('`feature delivery`: pieces of 1 to 3 hours; `migration`: from an old side to a new one, in 5 to 7 phases.'),
  description: z.string().max(4000).describe('What it is for.').optional(),
  sides: z
    .strictObject({
      old: z.string().min(1).max(200).describe('What is left behind.'),
      new: z.string().min(1).max(200).describe('What takes its place.'),
    })
    .describe('In a migration: the two sides, by name.')
    .optional(),
  startDate: day.describe('First day of the work.').optional(),
  targetDate: day.describe('Day by which it should be done.').optional(),
  hoursPerWeek: z.number().min(0).max(1000).describe('Hours the team means to spend on it a week.').optional(),
  phases: z.array(phaseSchema).max(50).describe('Phases in their order; a migration has 5 to 7.').optional(),
  features: z.array(featureSchema).max(10_000).describe('The work.').optional(),
});

export type RawMigration = z.infer<typeof migrationSchema>;
export type RawFeature = z.infer<typeof featureSchema>;
