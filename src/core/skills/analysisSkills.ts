// The deterministic analysis skills as one list, for the composition root.

import { changeProposeSkill } from '#core/skills/changes/changePropose.ts';
import { changeReplaceSkill, changeReworkSkill } from '#core/skills/changes/changeRework.ts';
import { debtScanSkill } from '#core/skills/debt/debtScan.ts';
import { depsBumpSkill } from '#core/skills/dependencies/depsBump.ts';
import { depsCheckSkill } from '#core/skills/dependencies/depsCheck.ts';
import { deliveryCheckSkill } from '#core/skills/delivery/deliveryCheck.ts';
import { docsGapsSkill } from '#core/skills/documentation/docsGaps.ts';
import { licensesCheckSkill } from '#core/skills/licenses/licensesCheck.ts';
import { codeDuplicatesSkill } from '#core/skills/duplicates/codeDuplicates.ts';
import { gitHistorySkill } from '#core/skills/history/gitHistory.ts';
import { codeRulesSkill } from '#core/skills/rules/codeRules.ts';
import { createSyntaxEngine } from '#core/skills/rules/engine.ts';
import { apiChangesSkill } from '#core/skills/structure/apiChanges.ts';
import { codeComplexitySkill } from '#core/skills/structure/complexity.ts';
import { codeCyclesSkill } from '#core/skills/structure/cycles.ts';
import { codeUnusedSkill } from '#core/skills/structure/deadCode.ts';
import { testsGapsSkill } from '#core/skills/structure/testGaps.ts';
import { secretsScanSkill } from '#core/skills/secrets/secretsScan.ts';
import { reportWriteSkill } from '#core/skills/report/reportWrite.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';

export interface AnalysisOptions {
  /** Absolute folder with the WebAssembly files that scripts/copyGrammars.mjs puts there (`dist/vendor/grammars`). */
  readonly grammarsDir: string;
  /** Absolute folder of the shipped `resources/`. */
  readonly resources: string;
  readonly own: OwnFiles;
}

/** Creates the skills and starts nothing: rules and grammars are read when `code.rules` first runs. */
export function analysisSkills(options: AnalysisOptions): readonly Skill[] {
  const engine = createSyntaxEngine(options);
  return [
    gitHistorySkill(),
    secretsScanSkill(),
    codeRulesSkill({ engine, ...options }),
    codeDuplicatesSkill(),
    codeComplexitySkill(engine),
    codeCyclesSkill(engine),
    codeUnusedSkill(engine),
    testsGapsSkill(engine),
    apiChangesSkill(engine),
    docsGapsSkill(engine),
    licensesCheckSkill(),
    deliveryCheckSkill(),
    debtScanSkill(),
    depsCheckSkill(),
    depsBumpSkill(),
    changeProposeSkill(),
    changeReworkSkill(),
    changeReplaceSkill(),
    reportWriteSkill(),
  ];
}
