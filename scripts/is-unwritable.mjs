const codes = new Set(["EROFS", "EACCES", "EPERM"]);

/** Whether a failure of the file system means that this user may not write there. */
export const isUnwritable = (error) => codes.has(error?.code);
