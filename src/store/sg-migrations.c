/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "store/sg-open-private.h"
#include "store/sg-store-resources.h"

/* "Sglb": tells a library from any other SQLite file. */
#define LIBRARY_MARK G_GINT64_CONSTANT (0x53676c62)

/* What leads from each schema to the next.  A line that was released never changes. */
static const char *const steps[] = {
  "schema/1.sql",
  "schema/2.sql",
  "schema/3.sql",
};

gint64
sg_migrations_latest (void)
{
  return G_N_ELEMENTS (steps);
}

static gboolean
set_foreign (SgConnection  *connection,
             GError       **error)
{
  sg_library_set_sqlite_error (error, sg_connection_get_path (connection), SQLITE_NOTADB, 0,
                               _("it holds something else"));
  return FALSE;
}

static gboolean
inspect (SgConnection  *connection,
         gint64        *version,
         GError       **error)
{
  gint64 application, tables;

  if (!sg_connection_read_int (connection, "PRAGMA application_id", &application, error) ||
      !sg_connection_read_int (connection, "PRAGMA user_version", version, error) ||
      !sg_connection_read_int (connection, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return FALSE;

  if (application == 0 && *version == 0 && tables == 0)
    return TRUE;

  if (application != LIBRARY_MARK || *version <= 0)
    return set_foreign (connection, error);

  if (*version <= sg_migrations_latest ())
    return TRUE;

  g_set_error (error, SG_LIBRARY_ERROR, SG_LIBRARY_ERROR_NEWER,
               _("“%s” was written by a newer version of Storyglass (its form is %" G_GINT64_FORMAT
                 ", this version knows %" G_GINT64_FORMAT ").  The file is kept as it is; update "
                 "Storyglass to open it."),
               sg_connection_get_path (connection), *version, sg_migrations_latest ());
  return FALSE;
}

/* What is read is of one moment: another process may be filling the same file. */
gboolean
sg_migrations_inspect (SgConnection  *connection,
                       gint64        *version,
                       GError       **error)
{
  gboolean ok;

  if (!sg_connection_execute (connection, "BEGIN", error))
    return FALSE;

  ok = inspect (connection, version, error);
  if (!sqlite3_get_autocommit (sg_connection_get_db (connection)))
    sg_connection_execute (connection, "ROLLBACK", NULL);

  return ok;
}

static gboolean
run_step (SgConnection  *connection,
          gint64         version,
          GError       **error)
{
  g_autofree char *path = NULL;
  g_autofree char *number = NULL;
  g_autoptr (GBytes) sql = NULL;

  path = g_strconcat ("/io/github/storyglass/Storyglass/store/", steps[version], NULL);
  sql = g_resource_lookup_data (sg_store_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (sql == NULL)
    return FALSE;

  /* GResource ends its data with a zero byte. */
  number = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);

  return sg_connection_execute (connection, g_bytes_get_data (sql, NULL), error) &&
         sg_connection_execute (connection, number, error);
}

static gboolean
run_steps (SgConnection  *connection,
           GError       **error)
{
  g_autofree char *application = NULL;
  gint64 version;

  /* Another process may have done it while this one waited for the lock. */
  if (!inspect (connection, &version, error))
    return FALSE;

  for (; version < sg_migrations_latest (); version++)
    {
      if (!run_step (connection, version, error))
        return FALSE;
    }

  application = g_strdup_printf ("PRAGMA application_id = %" G_GINT64_FORMAT, LIBRARY_MARK);

  return sg_connection_execute (connection, application, error);
}

gboolean
sg_migrations_run (SgConnection  *connection,
                   GError       **error)
{
  if (!sg_connection_execute (connection, "BEGIN IMMEDIATE", error))
    return FALSE;

  if (run_steps (connection, error) && sg_connection_execute (connection, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (sg_connection_get_db (connection)))
    sg_connection_execute (connection, "ROLLBACK", NULL);

  return FALSE;
}
