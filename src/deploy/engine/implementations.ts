// Maps each stage of the plan to the code that runs it.
import type { StageKey } from '../record/stages.ts';
import type { Stage } from '../step/stage.ts';
import { attachLog } from '../stages/attach-log.ts';
import { checks } from '../stages/checks.ts';
import { claim } from '../stages/claim.ts';
import { cleanup } from '../stages/cleanup.ts';
import { config } from '../stages/config.ts';
import { confirm, confirmBack } from '../stages/confirm.ts';
import { files } from '../stages/files.ts';
import { finish } from '../stages/finish.ts';
import { health, smoke } from '../stages/health.ts';
import { lock } from '../stages/lock.ts';
import { preflight } from '../stages/preflight.ts';
import { recheck } from '../stages/recheck.ts';
import { restart, restartBack } from '../stages/restart.ts';
import { returnSlot, start } from '../stages/start.ts';
import { source } from '../stages/source.ts';
import { switchTraffic, switchBack } from '../stages/switch.ts';
import { sync, syncBack } from '../stages/sync.ts';
import { showUnit, unit, vetUnit } from '../stages/unit.ts';
import { upload } from '../stages/upload.ts';
import { verify } from '../stages/verify.ts';
import { watch } from '../stages/watch.ts';

export const implementations: Readonly<Record<StageKey, Stage>> = {
  source,
  checks,
  files,
  config,
  claim,
  upload,
  verify,
  preflight,
  'show-unit': showUnit,
  unit,
  'vet-unit': vetUnit,
  start,
  health,
  smoke,
  recheck,
  switch: switchTraffic,
  restart,
  confirm,
  sync,
  watch,
  finish,
  'return-slot': returnSlot,
  'switch-back': switchBack,
  'restart-back': restartBack,
  lock,
  'confirm-back': confirmBack,
  'sync-back': syncBack,
  'attach-log': attachLog,
  cleanup,
};
