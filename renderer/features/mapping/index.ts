export { ColumnsTable } from './ColumnsTable.tsx';
export {
  columnsForTable,
  columnsProblem,
  freeName,
  isSeparated,
  sourceText,
  tableNameProblem,
} from './mapping-edit.ts';
