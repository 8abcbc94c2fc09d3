/**
 * Where a file is written until it is whole: beside its place, under a name that readers of folders pass over.
 */
export const draftPath = (path: string): string => path.replace(/[^/\\]*$/, '.$&.part');
