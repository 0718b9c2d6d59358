/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The scenarios that were read last.  A file of some hundred kilobytes takes ten milliseconds to parse and to check,
 * and the library, the page for a new story and the search for an id all go through the whole folder.  A file counts
 * as the same while its time, size and inode are; lists are read on threads of their own, so that there is a lock.
 */

#include "config.h"

#include "world/sg-scenario-cache.h"

/* A file that was just written may be written once more without a change of its time, which is no finer than the tick
 * of the file system: two seconds on some. */
#define SETTLED_US (2 * G_USEC_PER_SEC)

#define ATTRIBUTES \
  G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," \
  G_FILE_ATTRIBUTE_UNIX_INODE

typedef struct
{
  gint64  modified_us;
  goffset size;
  guint64 inode;
} Stamp;

typedef struct
{
  char       *path;
  Stamp       stamp;
  SgScenario *scenario;
} Entry;

/* The one that was used last comes first. */
static GQueue entries = G_QUEUE_INIT;
static GMutex lock;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->path);
  g_object_unref (entry->scenario);
  g_free (entry);
}

static gboolean
read_stamp (GFile   *file,
            Stamp   *stamp,
            GError **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return FALSE;

  stamp->modified_us =
    (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC
    + g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  stamp->size = g_file_info_get_size (info);
  stamp->inode = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE);

  return TRUE;
}

static GList *
find (const char *path)
{
  for (GList *link = entries.head; link != NULL; link = link->next)
    {
      if (g_str_equal (((Entry *) link->data)->path, path))
        return link;
    }

  return NULL;
}

/* Returns: (transfer full) (nullable): the scenario of a file that is as it was; one that has changed is forgotten */
static SgScenario *
look_up (const char  *path,
         const Stamp *stamp)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GList *link = find (path);
  Entry *entry = link != NULL ? link->data : NULL;

  if (entry == NULL)
    return NULL;

  g_queue_unlink (&entries, link);
  if (entry->stamp.modified_us != stamp->modified_us || entry->stamp.size != stamp->size
      || entry->stamp.inode != stamp->inode)
    {
      g_list_free_full (link, entry_free);
      return NULL;
    }

  g_queue_push_head_link (&entries, link);

  return g_object_ref (entry->scenario);
}

static void
keep (const char  *path,
      const Stamp *stamp,
      SgScenario  *scenario)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GList *link = find (path);
  Entry *entry;

  /* Another thread may have read it meanwhile. */
  if (link != NULL)
    {
      g_queue_unlink (&entries, link);
      g_list_free_full (link, entry_free);
    }
  else if (entries.length >= SG_SCENARIO_CACHE_SIZE)
    {
      entry_free (g_queue_pop_tail (&entries));
    }

  entry = g_new0 (Entry, 1);
  entry->path = g_strdup (path);
  entry->stamp = *stamp;
  entry->scenario = g_object_ref (scenario);
  g_queue_push_head (&entries, entry);
}

/**
 * sg_scenario_cache_read:
 * @path: the path of a JSON file
 *
 * Reads a scenario, or returns the one that was read where the file is still the same.  May be called on any thread.
 *
 * Returns: (transfer full) (nullable): the scenario, which others may have as well; or %NULL with a
 *   %SG_SCENARIO_ERROR, or the #GIOErrorEnum of the reading
 */
SgScenario *
sg_scenario_cache_read (const char  *path,
                        GError     **error)
{
  g_autoptr (GFile) file = NULL;
  SgScenario *scenario;
  Stamp stamp;

  g_return_val_if_fail (path != NULL, NULL);

  /* The time comes first: what changes while it is read is read again the next time. */
  file = g_file_new_for_path (path);
  if (!read_stamp (file, &stamp, error))
    return NULL;

  scenario = look_up (path, &stamp);
  if (scenario != NULL)
    return scenario;

  scenario = sg_scenario_new_from_file (file, error);
  if (scenario != NULL && g_get_real_time () - stamp.modified_us > SETTLED_US)
    keep (path, &stamp, scenario);

  return scenario;
}
