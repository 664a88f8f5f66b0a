// Decides which settings a commit may write in its unit, and with which values: one table for bot and hosts.
export type Section = 'Unit' | 'Service' | 'Install';

/**
 * Which values a setting may have. `any`: any text. `command`: a command without a prefix that gives it rights. `only`:
 * listed words. `state`: a folder of the service, but no folder inside it: the service could replace that by a link,
 * which systemd follows as root. `pidfile`: a file in a folder of the service, because systemd removes this file as
 * root. `writable`: paths to which the service may write anyway. `slot`: a file of the release. `output`: the journal
 * or a declared log file. `capabilities`: CAP_NET_BIND_SERVICE only. `user`: the user in argo.yml.
 */
export type Kind =
  | 'any'
  | 'command'
  | 'only'
  | 'state'
  | 'pidfile'
  | 'writable'
  | 'slot'
  | 'output'
  | 'capabilities'
  | 'user';

/** Restrictions that ordinary services tolerate. MemoryDenyWriteExecute is missing, because it breaks JIT compilers. */
export const HARDENING: Readonly<Record<string, string>> = {
  NoNewPrivileges: 'true',
  PrivateTmp: 'true',
  PrivateDevices: 'true',
  ProtectSystem: 'full',
  ProtectHome: 'true',
  ProtectKernelTunables: 'true',
  ProtectKernelModules: 'true',
  ProtectKernelLogs: 'true',
  ProtectControlGroups: 'true',
  ProtectClock: 'true',
  ProtectHostname: 'true',
  RestrictSUIDSGID: 'true',
  RestrictRealtime: 'true',
  RestrictNamespaces: 'true',
  RestrictAddressFamilies: 'AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  LockPersonality: 'true',
  SystemCallArchitectures: 'native',
};

const YES = 'true yes on 1';
const TARGETS =
  'network.target network-online.target nss-lookup.target nss-user-lookup.target time-sync.target local-fs.target remote-fs.target';

/** For each section: rows of a kind, the names of settings, and for `only` the allowed words. */
const TABLE: Record<Section, readonly (readonly [Kind, string, string?])[]> = {
  Unit: [
    ['any', 'Description Documentation After RequiresMountsFor CollectMode'],
    ['any', 'StartLimitIntervalSec StartLimitInterval StartLimitBurst'],
    ['any', 'ConditionPathExists ConditionPathIsDirectory ConditionPathIsMountPoint'],
    ['any', 'ConditionFileNotEmpty ConditionFileIsExecutable ConditionDirectoryNotEmpty'],
    ['any', 'ConditionHost ConditionVirtualization ConditionArchitecture ConditionMemory'],
    ['any', 'AssertPathExists AssertPathIsDirectory AssertPathIsMountPoint AssertFileNotEmpty'],
    ['only', 'Wants Requires Requisite BindsTo', TARGETS],
  ],
  Service: [
    ['command', 'ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop'],
    ['command', 'ExecStopPost'],
    ['only', 'Type', 'simple exec forking oneshot notify notify-reload idle'],
    ['any', 'RemainAfterExit GuessMainPID ExitType OOMPolicy FileDescriptorStoreMax'],
    ['any', 'Restart RestartSec RestartSteps RestartMaxDelaySec RestartMode'],
    ['any', 'RestartPreventExitStatus RestartForceExitStatus SuccessExitStatus'],
    ['any', 'TimeoutSec TimeoutStartSec TimeoutStopSec TimeoutAbortSec'],
    ['any', 'TimeoutStartFailureMode TimeoutStopFailureMode RuntimeMaxSec'],
    ['any', 'StartLimitInterval StartLimitIntervalSec StartLimitBurst'],
    ['any', 'WatchdogSec WatchdogSignal NotifyAccess NonBlocking'],
    ['any', 'KillMode KillSignal RestartKillSignal FinalKillSignal SendSIGHUP SendSIGKILL'],
    ['user', 'User'],
    ['any', 'WorkingDirectory Environment UnsetEnvironment UMask IgnoreSIGPIPE TimerSlackNSec'],
    ['slot', 'EnvironmentFile'],
    ['state', 'StateDirectory CacheDirectory LogsDirectory RuntimeDirectory'],
    ['pidfile', 'PIDFile'],
    ['any', 'StateDirectoryMode CacheDirectoryMode LogsDirectoryMode RuntimeDirectoryMode'],
    ['any', 'RuntimeDirectoryPreserve'],
    ['output', 'StandardOutput StandardError'],
    ['only', 'StandardInput', 'null'],
    ['any', 'SyslogIdentifier SyslogFacility SyslogLevel SyslogLevelPrefix LogLevelMax'],
    ['any', 'LogNamespace LogExtraFields LogFilterPatterns'],
    ['any', 'LogRateLimitIntervalSec LogRateLimitBurst'],
    ['any', 'LimitCPU LimitFSIZE LimitDATA LimitSTACK LimitCORE LimitRSS LimitNOFILE LimitAS'],
    ['any', 'LimitNPROC LimitMEMLOCK LimitLOCKS LimitSIGPENDING LimitMSGQUEUE'],
    ['any', 'CPUAccounting MemoryAccounting TasksAccounting IOAccounting IPAccounting'],
    ['any', 'MemoryMin MemoryLow MemoryHigh MemoryMax MemorySwapMax MemoryZSwapMax MemoryLimit'],
    ['any', 'TasksMax CPUQuota CPUQuotaPeriodSec CPUWeight StartupCPUWeight CPUShares'],
    ['any', 'IOWeight StartupIOWeight IOReadBandwidthMax IOWriteBandwidthMax'],
    ['any', 'IOReadIOPSMax IOWriteIOPSMax BlockIOWeight AllowedCPUs AllowedMemoryNodes'],
    [
      'any',
      'CPUAffinity Nice OOMScoreAdjust IOSchedulingClass IOSchedulingPriority CoredumpFilter',
    ],
    ['any', 'ManagedOOMSwap ManagedOOMMemoryPressure ManagedOOMMemoryPressureLimit'],
    ['any', 'ManagedOOMPreference IPAddressAllow IPAddressDeny'],
    ['only', 'NoNewPrivileges PrivateTmp PrivateDevices PrivateNetwork PrivateUsers', YES],
    ['only', 'PrivateMounts PrivateIPC ProtectKernelTunables ProtectKernelModules', YES],
    ['only', 'ProtectKernelLogs ProtectClock ProtectHostname', YES],
    ['only', 'RestrictSUIDSGID RestrictRealtime RestrictNamespaces LockPersonality', YES],
    ['only', 'MemoryDenyWriteExecute RemoveIPC ProtectHome ProtectControlGroups', YES],
    ['only', 'ProtectSystem', `${YES} full strict`],
    ['only', 'ProtectProc', 'invisible ptraceable noaccess'],
    ['only', 'ProcSubset', 'pid'],
    ['only', 'DevicePolicy', 'closed strict'],
    ['only', 'KeyringMode', 'private'],
    ['only', 'RestrictAddressFamilies', `none ${HARDENING['RestrictAddressFamilies']}`],
    ['only', 'SystemCallArchitectures', 'native'],
    ['any', 'SystemCallFilter SystemCallErrorNumber SystemCallLog RestrictFileSystems'],
    ['any', 'ReadOnlyPaths InaccessiblePaths NoExecPaths ExecPaths'],
    ['any', 'ReadOnlyDirectories InaccessibleDirectories'],
    ['writable', 'ReadWritePaths ReadWriteDirectories'],
    ['capabilities', 'CapabilityBoundingSet AmbientCapabilities'],
  ],
  Install: [['only', 'WantedBy', 'multi-user.target default.target graphical.target']],
};

/** The rule of each setting, by `Section.Setting`. */
export const RULES: ReadonlyMap<string, { kind: Kind; words: readonly string[] }> = new Map(
  Object.entries(TABLE).flatMap(([section, rows]) =>
    rows.flatMap(([kind, names, words = '']) =>
      names
        .split(' ')
        .map((name) => [
          `${section}.${name}`,
          { kind, words: words.split(' ').filter((word) => word !== '') },
        ]),
    ),
  ),
);

/** The rules for the scripts on hosts, as lines `Section.Setting kind words…`. */
export const RULES_TEXT = [...RULES]
  .map(([name, { kind, words }]) => [name, kind, ...words].join(' '))
  .join('\n');

/** The default restrictions as `Setting=value` lines, for the scripts on hosts, which write them into a drop-in. */
export const HARDENING_TEXT = Object.entries(HARDENING)
  .map(([key, value]) => `${key}=${value}`)
  .join('\n');

/** Why the most dangerous other settings are refused, for the author of the template: `<setting> <why>`. */
export const WHY_NOT: ReadonlyMap<string, string> = new Map(
  [
    ['gives it rights of root', 'AmbientCapabilities CapabilityBoundingSet SecureBits'],
    ['changes whose rights it has', 'SupplementaryGroups Group DynamicUser PAMName'],
    ['runs its other commands as root', 'PermissionsStartOnly RootDirectoryStartOnly'],
    [
      'has systemd read files as root',
      'LoadCredential LoadCredentialEncrypted SetCredential SetCredentialEncrypted ImportCredential OpenFile',
    ],
    [
      'changes which files it sees',
      'BindPaths BindReadOnlyPaths RootDirectory RootImage MountImages ExtensionImages ExtensionDirectories TemporaryFileSystem',
    ],
    ['installs or replaces other units', 'Alias Also DefaultInstance'],
    [
      'acts on other units of the host',
      'OnFailure OnSuccess Upholds PartOf Conflicts Sockets Slice RequiredBy UpheldBy JoinsNamespaceOf Before',
    ],
    [
      'may restart the host',
      'FailureAction SuccessAction StartLimitAction JobTimeoutAction RebootArgument',
    ],
    ['gives it control over a part of the control groups', 'Delegate DelegateSubgroup'],
    ['waits for a name on the bus, which health checks do not', 'BusName'],
    ['opens devices of the host', 'DeviceAllow'],
  ].flatMap(([why = '', names = '']) => names.split(' ').map((name) => [name, why] as const)),
);
