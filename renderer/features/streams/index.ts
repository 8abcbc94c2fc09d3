export { SOURCE_ENTRIES, type SourceEntry, SourceWizard } from './SourceWizard.tsx';
export { showStreamDetails } from './show.tsx';
export { isStopped, pauseOrResume } from './stream-actions.ts';
export { detailOf, STATE_LOOKS, spokenOf, tooltipOf } from './stream-look.ts';
export { streamMenu } from './stream-menu.ts';
export { type StreamName, streamStore, useStream, useStreamNames } from './stream-store.ts';
