import { FolderSyncRegular } from '@fluentui/react-icons';
import { FORMATS } from '../../../../common/contract/ingest.ts';
import { nameOfPath } from './file.ts';
import { namesOf, type SourceKind } from './source-kind.ts';

const OVERWRITTEN = ['report', 'ingest', 'keep'] as const;

export const folder: SourceKind = {
  id: 'folder',
  kind: 'folder',
  label: 'Watched folder',
  Icon: FolderSyncRegular,
  about: 'Takes in each file that appears in a folder, whole and once, as soon as it is finished.',
  fields: [
    {
      id: 'paths',
      label: 'Folder',
      kind: 'folder',
      required: true,
      hint: 'A folder with all that is below it, or a pattern such as /data/in/*.csv',
    },
    {
      id: 'fileFormat',
      label: 'Format of the files',
      kind: 'choice',
      options: [
        { value: '', label: 'each file’s own' },
        ...FORMATS.map((format) => ({ value: format, label: format })),
      ],
    },
    {
      id: 'overwritten',
      label: 'A file that changes afterwards',
      kind: 'choice',
      options: [
        { value: 'report', label: 'is reported' },
        { value: 'ingest', label: 'is taken in again; its old rows stay' },
        { value: 'keep', label: 'is left alone' },
      ],
    },
    {
      id: 'settle',
      label: 'Finished after … seconds without a change',
      kind: 'number',
      fallback: '2',
      advanced: true,
    },
  ],
  source: (values) => {
    const format = FORMATS.find((f) => f === values.fileFormat);
    return {
      kind: 'folder',
      paths: namesOf(values.paths),
      ...(format ? { format } : {}),
      options: { nestedLevels: 1 },
      settleSeconds: Number(values.settle || '2'),
      overwritten: OVERWRITTEN.find((choice) => choice === values.overwritten) ?? 'report',
    };
  },
  formats: ['json'],
  starts: ['earliest', 'latest'],
  properties: [],
  peeks: false,
  suggest: (values) => nameOfPath(namesOf(values.paths)[0] ?? '') || 'files',
};
