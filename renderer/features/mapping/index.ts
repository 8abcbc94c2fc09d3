export { ColumnsTable } from './ColumnsTable.tsx';
export { DatabaseField } from './DatabaseField.tsx';
export {
  columnsForTable,
  columnsProblem,
  freeName,
  isSeparated,
  sourceText,
  tableNameProblem,
} from './mapping-edit.ts';
