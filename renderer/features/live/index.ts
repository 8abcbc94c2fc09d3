export { liveCommands, type OpenLive, openLive } from './commands.tsx';
