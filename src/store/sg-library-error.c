/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "store/sg-connection-private.h"
#include "store/sg-library.h"

G_DEFINE_QUARK (sg-library-error-quark, sg_library_error)

static gboolean
is_full (int rc,
         int system_errno)
{
  if ((rc & 0xff) == SQLITE_FULL)
    return TRUE;

  /* A quota and a limit on the size of files come as errors of the write. */
  return (rc & 0xff) == SQLITE_IOERR &&
         (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG);
}

static gboolean
is_forbidden (int rc,
              int system_errno)
{
  if ((rc & 0xff) == SQLITE_READONLY || (rc & 0xff) == SQLITE_PERM)
    return TRUE;

  return (rc & 0xff) == SQLITE_CANTOPEN &&
         (system_errno == EACCES || system_errno == EPERM || system_errno == EROFS);
}

static SgLibraryError
classify (int rc,
          int system_errno)
{
  if (is_full (rc, system_errno))
    return SG_LIBRARY_ERROR_FULL;

  if (is_forbidden (rc, system_errno))
    return SG_LIBRARY_ERROR_READ_ONLY;

  switch (rc & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SG_LIBRARY_ERROR_DAMAGED;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SG_LIBRARY_ERROR_LOCKED;

    default:
      return rc == SQLITE_CONSTRAINT_FOREIGNKEY ? SG_LIBRARY_ERROR_NOT_FOUND
                                                : SG_LIBRARY_ERROR_FAILED;
    }
}

/*
 * sg_library_set_sqlite_error:
 * @path: the library
 * @rc: the extended result code
 * @system_errno: what the system said, or 0
 * @detail: (nullable): what SQLite said
 *
 * Turns a failure into a sentence that names the file and says what to do.
 */
void
sg_library_set_sqlite_error (GError     **error,
                             const char  *path,
                             int          rc,
                             int          system_errno,
                             const char  *detail)
{
  SgLibraryError code = classify (rc, system_errno);

  if (detail == NULL)
    detail = sqlite3_errstr (rc);

  switch (code)
    {
    case SG_LIBRARY_ERROR_FULL:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("There is no room left on the disk for “%s”.  What was stored before is safe; "
                     "free some space and try again."),
                   path);
      break;

    case SG_LIBRARY_ERROR_READ_ONLY:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("“%s” cannot be written.  Allow yourself to write the file and its folder, or "
                     "choose another library."),
                   path);
      break;

    case SG_LIBRARY_ERROR_DAMAGED:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("“%s” is damaged, or is no library of Storyglass (%s).  The file is kept as it "
                     "is; restore a backup, or move it away to begin a new library."),
                   path, detail);
      break;

    case SG_LIBRARY_ERROR_LOCKED:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("“%s” is held by another program, which did not let go of it.  Close that "
                     "program and try again."),
                   path);
      break;

    case SG_LIBRARY_ERROR_NOT_FOUND:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("What was to be stored in “%s” belongs to a story or turn that is not there."),
                   path);
      break;

    case SG_LIBRARY_ERROR_NEWER:
    case SG_LIBRARY_ERROR_MOVED_ON:
    case SG_LIBRARY_ERROR_FAILED:
    default:
      g_set_error (error, SG_LIBRARY_ERROR, code,
                   _("“%s” could not be used (%s).  Nothing in it was changed; try again."),
                   path, detail);
    }
}
