import { availableParallelism, freemem, hostname, totalmem } from 'node:os';
import { ticksOfUnixMillis } from '../../../common/types/ticks.ts';
import type { Command } from './command.ts';

/** `.show version` */
export const showVersion: Command = ({ host }) => ({
  columns: [
    ['BuildVersion', 'string'],
    ['BuildTime', 'datetime'],
    ['ServiceType', 'string'],
    ['ProductVersion', 'string'],
  ],
  rows: [[host.version, null, 'Engine', `Calypso ${host.version}`]],
});

/** `.show cluster`: this machine is its one node. */
export const showCluster: Command = ({ host }) => ({
  columns: [
    ['NodeId', 'string'],
    ['Address', 'string'],
    ['Name', 'string'],
    ['StartTime', 'datetime'],
    ['IsAdmin', 'bool'],
    ['MachineTotalMemory', 'long'],
    ['MachineAvailableMemory', 'long'],
    ['ProcessorCount', 'int'],
    ['EnvironmentDescription', 'string'],
  ],
  rows: [
    [
      String(process.pid),
      '127.0.0.1',
      hostname(),
      ticksOfUnixMillis(Date.now() - process.uptime() * 1_000),
      true,
      totalmem(),
      freemem(),
      availableParallelism(),
      `Calypso ${host.version}`,
    ],
  ],
});
