/** Functions that look at neighbouring rows; their input is serialized (page "Window functions overview"). */
export const windowFunctions: ReadonlySet<string> = new Set([
  'prev',
  'next',
  'row_number',
  'row_cumsum',
  'row_rank',
  'row_rank_dense',
  'row_rank_min',
  'row_window_session',
]);
