/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>

#include "store/sg-backup.h"
#include "store/sg-library.h"
#include "store/sg-tables.h"

G_BEGIN_DECLS

/**
 * Fixture:
 *
 * A fresh directory with a library in it, removed afterwards.
 */
typedef struct
{
  char      *folder;
  char      *path;
  SgLibrary *library;
} Fixture;

void     fixture_set_up     (Fixture       *self,
                             gconstpointer  data);
void     fixture_tear_down  (Fixture       *self,
                             gconstpointer  data);
void     fixture_reopen     (Fixture       *self);
void     remove_folder      (const char    *folder);

/* Runs a job and asserts that it succeeds. */
void     write_job          (SgLibrary     *library,
                             SgLibraryFunc  func,
                             gpointer       data);
void     read_job           (SgLibrary     *library,
                             SgLibraryFunc  func,
                             gpointer       data);

/* Holds the lock of the library: *@data is 1 from then on, and the job ends when it is set to 2. */
gboolean hold_job           (SgConnection  *connection,
                             gpointer       data,
                             GCancellable  *cancellable,
                             GError       **error);

/* A story with its first branch and no turn. */
gint64   add_story          (SgConnection  *connection,
                             const char    *title,
                             gint64        *branch);
/* A turn with a text that tells where it is. */
gint64   add_turn           (SgConnection  *connection,
                             gint64         story,
                             gint64         branch,
                             gint64         depth);
void     add_fact           (SgConnection  *connection,
                             gint64         turn,
                             const char    *entity,
                             const char    *attribute,
                             const char    *value);
gint64   add_memory         (SgConnection  *connection,
                             gint64         turn,
                             const char    *text,
                             const char    *keywords);
SgPath  *load_path          (SgConnection  *connection,
                             gint64         branch,
                             gint64         depth);
/* The value of a fact in a fold, NULL where it is not there. */
char    *fold_value         (SgConnection  *connection,
                             gint64         branch,
                             gint64         depth,
                             const char    *entity,
                             const char    *attribute);

/* Asserts that the whole library is well. */
void     assert_well        (SgLibrary     *library);

G_END_DECLS
