import { declares, onHost } from '../breakages.ts';
import type { Fault } from '../fault.ts';

const served = 'main:app --host 127.0.0.1 --port {port}';
const stopped = { stage: 'unit', code: 'unit-refused' };
const shown = { stage: 'unit', outcome: 'shown' } as const;
const units = '/etc/systemd/system/argo-trading';
const live = 'live=$(cat /opt/argo-trading/.current_color)';

/** What a unit can have against its release or its host, and what people do to it on the host. */
export const unit: Fault[] = [
  {
    name: 'unit-folder-doubled',
    incident: 2,
    breaks: declares({
      'unit.exec_start': `{venv}/bin/python -m uvicorn --app-dir {slot}/{slot_name} ${served}`,
    }),
    ...stopped,
    says: /argument of ExecStart .*\/(blue|green)\/\1, which does not exist\. Did you mean .*\/\1\?/,
  },
  {
    name: 'unit-credential-doubled',
    incident: 2,
    breaks: declares({
      'unit.options': { LoadCredential: 'key:{slot}/{slot_name}/config.json' },
    }),
    ...stopped,
    says: /LoadCredential .*\/(blue|green)\/\1\/config\.json, which does not exist\. Did you mean .*\/\1\/config\.json\?/,
  },
  {
    name: 'unit-program-misspelt',
    incident: 2,
    breaks: declares({ 'unit.exec_start': `{venv}/bin/pyhton -m uvicorn ${served}` }),
    ...stopped,
    says: /ExecStart .*\/bin\/pyhton, which does not exist\. Did you mean .*\/bin\/python3?\?/,
  },
  {
    name: 'unit-that-systemd-refuses',
    incident: 2,
    breaks: declares({ 'unit.options': { Type: 'oneshot' } }),
    ...stopped,
    says: /Restart= .*Type=oneshot/,
  },
  {
    name: 'unit-setting-misspelt',
    breaks: declares({ 'unit.options': { MemryHigh: '1G' } }),
    ...shown,
    says: /does not know the setting MemryHigh/,
  },
  {
    name: 'unit-edited-by-hand',
    breaks: onHost(
      `${live}
cp -p "${units}-$live.service" /root/kept-unit
echo "${units}-$live.service" >/root/kept-name
sed -i 's/^MemoryMax=.*/MemoryMax=300M/' "${units}-$live.service"`,
      'mv /root/kept-unit "$(cat /root/kept-name)"; systemctl daemon-reload',
    ),
    ...shown,
    says: /[Ss]omebody edited .* by hand on .*became MemoryMax=300M/,
  },
  {
    name: 'unit-with-a-drop-in',
    breaks: onHost(
      `for slot in blue green; do
  mkdir -p "${units}-$slot.service.d"
  printf '[Service]\\nNice=5\\n' >"${units}-$slot.service.d/override.conf"
done`,
      `rm -r ${units}-blue.service.d ${units}-green.service.d; systemctl daemon-reload`,
    ),
    ...shown,
    says: /override\.conf sets Nice for argo-trading-(blue|green)\.service/,
  },
];
