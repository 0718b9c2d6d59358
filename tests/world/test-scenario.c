/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "world/sg-scenario-cache.h"
#include "world/sg-scenario-data.h"
#include "world/sg-scenario.h"
#include "world/sg-view.h"

/* The smallest scenario that is valid; tests put what they need into it. */
static char *
dup_scenario (const char *more,
              const char *place_more)
{
  return g_strdup_printf ("{\"format\": 1, \"id\": \"tiny\", \"title\": \"Tiny\", \"summary\": \"S\", \"author\": \"A\","
                          "\"license\": \"CC0-1.0\", \"opening\": \"It begins.\", \"player\": {\"at\": \"hall\"},"
                          "\"places\": {\"hall\": {\"name\": \"the hall\", \"description\": \"D\" %s}},"
                          "\"endings\": {\"over\": {\"title\": \"Over\", \"text\": \"T\", \"if\": \"player.done\"}} %s}",
                          place_more, more);
}

static SgScenario *
load_cellar (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "storyteller", "data", "cellar.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  SgScenario *scenario = sg_scenario_new_from_file (file, &error);

  g_assert_no_error (error);
  g_assert_nonnull (scenario);

  return scenario;
}

static void
assert_fault (const char *more,
              const char *place_more,
              const char *expected)
{
  g_autofree char *data = dup_scenario (more, place_more);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (data, -1, "tiny.json", &error);

  g_assert_null (scenario);
  g_assert_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_INVALID);
  if (strstr (error->message, expected) == NULL)
    g_error ("“%s” does not say “%s”", error->message, expected);
}

static void
test_load (void)
{
  g_autoptr (SgScenario) scenario = load_cellar ();
  g_autofree char *opening = sg_scenario_dup_opening (scenario, "en");
  g_autofree char *german = sg_scenario_dup_opening (scenario, "de-AT");
  g_autofree char *french = sg_scenario_dup_opening (scenario, "fr");
  g_auto (GStrv) choices = sg_scenario_dup_first_choices (scenario, "en");

  g_assert_cmpstr (sg_scenario_get_id (scenario), ==, "cellar");
  g_assert_cmpstr (sg_scenario_get_title (scenario), ==, "The Cellar");
  g_assert_cmpstr (sg_scenario_get_author (scenario), ==, "The Storyglass authors");
  g_assert_true (g_str_has_prefix (opening, "Rain has been falling"));
  g_assert_true (g_str_has_prefix (german, "Seit drei Tagen"));
  g_assert_cmpstr (french, ==, opening);
  g_assert_cmpuint (g_strv_length (choices), ==, 3);
  g_assert_cmpstr (choices[1], ==, "Take the lamp");
}

static void
test_json_is_kept (void)
{
  g_autofree char *data = dup_scenario ("", "");
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (data, -1, "tiny", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sg_scenario_get_json (scenario), ==, data);
}

static void
test_fill_world (void)
{
  g_autoptr (SgScenario) scenario = load_cellar ();
  g_autoptr (SgWorld) world = sg_world_new ();

  sg_scenario_fill_world (scenario, world);

  g_assert_cmpstr (sg_world_get_string (world, "player", "place"), ==, "kitchen");
  g_assert_cmpstr (sg_world_get_string (world, "coin", "place"), ==, "player");
  g_assert_cmpstr (sg_world_get_string (world, "letter", "place"), ==, "chest");
  g_assert_cmpstr (sg_world_get_string (world, "mira", "mood"), ==, "worried");
  g_assert_cmpint (sg_world_get_int (world, "tide", "value", -1), ==, 0);
  g_assert_cmpint (sg_world_get_int (world, "kitchen", "visited", 0), ==, 1);
  g_assert_true (sg_world_get_boolean (world, "chest", "locked"));
  g_assert_true (sg_world_get_boolean (world, "key", "hidden"));
  g_assert_cmpstr (sg_world_get_string (world, "fetch_letter", "state"), ==, "open");
}

static void
test_brief (void)
{
  g_autoptr (SgScenario) scenario = load_cellar ();
  g_autofree char *brief = sg_scenario_dup_model_brief (scenario, "en", 0);
  g_autofree char *again = sg_scenario_dup_model_brief (scenario, "en", 0);

  g_assert_nonnull (strstr (brief, "player.place"));
  g_assert_nonnull (strstr (brief, "cellar"));
  g_assert_nonnull (strstr (brief, "Mira"));
  g_assert_nonnull (strstr (brief, "Tone: Quiet, wet"));
  g_assert_cmpuint (strlen (brief), <, 16000);
  g_assert_cmpstr (brief, ==, again);
}

/* With little room less is said of each thing, and none is left out while names fit. */
static void
test_short_brief (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SG_SCENARIO_PATH"), "temple-of-whispers.json",
                                            NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = sg_scenario_new_from_file (file, &error);
  g_autofree char *whole = NULL;
  gsize before = G_MAXSIZE;

  g_assert_no_error (error);
  whole = sg_scenario_dup_model_brief (scenario, "en", 0);
  for (gsize limit = 9000; limit >= 4500; limit -= 1500)
    {
      g_autofree char *brief = sg_scenario_dup_model_brief (scenario, "en", limit);

      g_assert_cmpuint (strlen (brief), <=, MIN (limit, before));
      g_assert_nonnull (strstr (brief, "player.place"));
      g_assert_nonnull (strstr (brief, "Oru"));
      before = strlen (brief);
    }
  g_assert_cmpuint (strlen (whole), >, before * 2);
}

static void
test_syntax_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = NULL;
  g_autoptr (SgScenario) latin = NULL;
  g_autoptr (SgScenario) deep = NULL;
  g_autoptr (GString) nested = g_string_new (NULL);

  scenario = sg_scenario_new_from_data ("{\n \"format\": 1,\n \"id\": oops\n}", -1, "bad.json", &error);
  g_assert_null (scenario);
  g_assert_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "bad.json, line 3"));
  g_clear_error (&error);

  latin = sg_scenario_new_from_data ("{\n\"a\": \"\xe4\"}", -1, "latin.json", &error);
  g_assert_null (latin);
  g_assert_nonnull (strstr (error->message, "line 2: not UTF-8"));
  g_clear_error (&error);

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (nested, '[');
  deep = sg_scenario_new_from_data (nested->str, nested->len, "deep.json", &error);
  g_assert_null (deep);
  g_assert_nonnull (strstr (error->message, "nested"));
}

static void
test_faults (void)
{
  assert_fault ("", ", \"exits\": {\"north\": \"hal\"}", "places.hall.exits.north: no such place “hal”");
  assert_fault (", \"plot\": 1", "", "plot: there is no such field");
  assert_fault ("", ", \"colour\": 1", "places.hall.colour: there is no such field");
  assert_fault ("", ", \"dark\": \"not lamp\"", "places.hall.dark: in “not lamp”");
  assert_fault ("", ", \"dark\": \"lamp.lit\"", "no such entity “lamp”");
  assert_fault ("", ", \"dark\": \"has\"", "a name is missing at the end");
  assert_fault ("", ", \"dark\": \"chance 200\"", "0 to 100");
  assert_fault ("", ", \"dark\": \"(player.x\"", "“)” is missing");
  assert_fault ("", ", \"again\": \"{nothing}\"", "neither a rule of the grammar");
  assert_fault ("", ", \"again\": \"{?player.x yes}\"", "{?condition:text|text}");
  assert_fault ("", ", \"again\": \"an {open\"", "not closed");
  assert_fault ("", ", \"again\": []", "there are no variants");
  assert_fault ("", ", \"on\": {\"fly\": \"Up.\"}", "no such verb “fly”");
  assert_fault ("", ", \"on\": {\"use rope\": \"Up.\"}", "no such place, person or thing “rope”");
  assert_fault ("", ", \"on\": {\"wait\": {\"do\": \"end never\"}}", "no such ending “never”");
  assert_fault ("", ", \"on\": {\"wait\": {\"do\": \"x.y ~ 3\"}}", "was expected instead of");
  assert_fault ("", ", \"on\": {\"wait\": {\"do\": \"give crown\"}}", "no such thing “crown”");
  assert_fault ("", ", \"on\": {\"wait\": {\"check\": \"luck\"}}", "no such oracle “luck”");
  assert_fault ("", ", \"on\": {\"wait\": {\"if\": 3}}", "a condition is wanted here");
  assert_fault (", \"things\": {\"hall\": {\"name\": \"n\"}}", "", "things.hall: another place");
  assert_fault (", \"things\": {\"Lamp\": {\"name\": \"n\"}}", "", "lower-case");
  assert_fault (", \"things\": {\"player\": {\"name\": \"n\"}}", "", "taken");
  assert_fault (", \"things\": {\"lamp\": {}}", "", "things.lamp: the field “name” is missing");
  assert_fault (", \"things\": {\"lamp\": {\"name\": \"l\", \"at\": \"attic\"}}", "", "no such place, person or thing");
  assert_fault (", \"people\": {\"ann\": {\"name\": \"Ann\", \"description\": \"d\", \"topics\": {\"sea\": \"Wet.\"}}}", "",
                "people.ann.topics.sea: a topic");
  assert_fault (", \"events\": {\"e\": {\"if\": \"told ann.sea\"}}", "", "no such person “ann”");
  assert_fault (", \"clocks\": {\"c\": {\"name\": \"c\", \"at\": {\"x\": \"y\"}}}", "", "the number at which");
  assert_fault (", \"oracles\": {\"o\": {\"dice\": \"2x6\", \"strong\": \"s\", \"miss\": \"m\"}}", "", "dice such as");
  assert_fault (", \"format\": 7", "", "format 1 only");
}

/* What is sound in each part but cannot come about as a whole. */
static void
test_unreachable (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = NULL;
  const char *data = "{\"format\": 1, \"id\": \"t\", \"title\": \"T\", \"summary\": \"S\", \"author\": \"A\", \"license\": \"L\","
                     "\"opening\": \"O\", \"player\": {\"at\": \"a\"}, \"places\": {"
                     "\"a\": {\"name\": \"a\", \"description\": \"d\", \"exits\": {\"up\": \"b\"}},"
                     "\"b\": {\"name\": \"b\", \"description\": \"d\"},"
                     "\"c\": {\"name\": \"c\", \"description\": \"d\"}},"
                     "\"endings\": {\"e\": {\"title\": \"E\", \"text\": \"T\"}}}";

  scenario = sg_scenario_new_from_data (data, -1, "t.json", &error);
  g_assert_null (scenario);
  g_assert_nonnull (strstr (error->message, "places.c: no exit and no effect leads here"));
  g_assert_nonnull (strstr (error->message, "endings.e: it has no “if”"));
  g_assert_null (strstr (error->message, "places.b"));
}

static void
test_many_faults (void)
{
  g_autoptr (GString) things = g_string_new (", \"things\": {\"t\": {\"name\": \"t\"}");
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgScenario) scenario = NULL;
  guint n_lines = 1;

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (things, ", \"t%u\": {\"nam\": \"t\"}", i);
  g_string_append_c (things, '}');
  data = dup_scenario (things->str, "");
  scenario = sg_scenario_new_from_data (data, -1, "many.json", &error);

  g_assert_null (scenario);
  for (const char *c = error->message; *c != '\0'; c++)
    n_lines += *c == '\n';
  g_assert_cmpuint (n_lines, ==, 21);
  g_assert_nonnull (strstr (error->message, "and 80 more"));
}

/* A file cut at any byte, and one with any byte changed, is refused or read, and nothing else. */
static void
test_mutations (void)
{
  g_autoptr (SgScenario) cellar = load_cellar ();
  const char *json = sg_scenario_get_json (cellar);
  gsize length = strlen (json);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240917);
  guint rounds = g_test_slow () ? 20000 : 2000;

  for (gsize at = 0; at < length; at += g_test_slow () ? 7 : 149)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgScenario) scenario = sg_scenario_new_from_data (json, at, "cut", &error);

      g_assert_null (scenario);
      g_assert_nonnull (error);
    }

  for (guint i = 0; i < rounds; i++)
    {
      g_autofree char *copy = g_strdup (json);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgScenario) scenario = NULL;

      for (int n = g_rand_int_range (rand, 1, 5); n > 0; n--)
        {
          static const char signs[] = "{}[]\",:0-9atruefalsenull.!()?|\x80\xff";

          copy[g_rand_int_range (rand, 0, length)] = signs[g_rand_int_range (rand, 0, sizeof signs - 1)];
        }
      scenario = sg_scenario_new_from_data (copy, length, "changed", &error);
      if (scenario != NULL)
        {
          g_autofree char *opening = sg_scenario_dup_opening (scenario, "en");
          g_autofree char *brief = sg_scenario_dup_model_brief (scenario, "de", 0);

          g_assert_nonnull (opening);
          g_assert_nonnull (brief);
        }
      else
        {
          g_assert_nonnull (error);
        }
    }
}

static void
test_installed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("storyglass-scenarios-XXXXXX", NULL);
  g_autofree char *good = g_build_filename (folder, "tiny.json", NULL);
  g_autofree char *bad = g_build_filename (folder, "bad.json", NULL);
  g_autofree char *data = dup_scenario ("", "");
  g_autofree char *before = g_strdup (g_getenv ("SG_SCENARIO_PATH"));
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (SgScenario) found = NULL;
  g_autoptr (SgScenario) broken = NULL;
  g_autoptr (SgScenario) missing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (good, data, -1, NULL));
  g_assert_true (g_file_set_contents (bad, "{", -1, NULL));
  g_setenv ("SG_SCENARIO_PATH", folder, TRUE);

  list = sg_scenario_list_installed ();
  g_assert_cmpuint (list->len, ==, 1);
  found = sg_scenario_find_installed ("tiny", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_scenario_get_title (found), ==, "Tiny");

  broken = sg_scenario_find_installed ("bad", &error);
  g_assert_null (broken);
  g_assert_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_SYNTAX);
  g_clear_error (&error);
  missing = sg_scenario_find_installed ("none", &error);
  g_assert_null (missing);
  g_assert_error (error, SG_SCENARIO_ERROR, SG_SCENARIO_ERROR_NOT_FOUND);

  if (before != NULL)
    g_setenv ("SG_SCENARIO_PATH", before, TRUE);
  else
    g_unsetenv ("SG_SCENARIO_PATH");
  g_unlink (good);
  g_unlink (bad);
  g_rmdir (folder);
}

/* A file as it was some time ago. */
static void
write_file (const char *path,
            const char *data,
            gint64      seconds_ago)
{
  struct utimbuf times;

  g_assert_true (g_file_set_contents (path, data, -1, NULL));
  times.actime = times.modtime = (time_t) (g_get_real_time () / G_USEC_PER_SEC - seconds_ago);
  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

static SgScenario *
read_kept (const char *path)
{
  g_autoptr (GError) error = NULL;
  SgScenario *scenario = sg_scenario_cache_read (path, &error);

  g_assert_no_error (error);

  return scenario;
}

/* A scenario is read once, and again when its file has changed or is new. */
static void
test_cache (void)
{
  g_autofree char *folder = g_dir_make_tmp ("storyglass-scenarios-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tiny.json", NULL);
  g_autofree char *data = dup_scenario ("", "");
  g_autofree char *longer = g_strconcat (data, "\n", NULL);
  g_autoptr (SgScenario) first = NULL;
  g_autoptr (SgScenario) second = NULL;
  g_autoptr (SgScenario) third = NULL;
  g_autoptr (SgScenario) fourth = NULL;
  g_autoptr (SgScenario) fifth = NULL;
  g_autoptr (SgScenario) gone = NULL;
  g_autoptr (GError) error = NULL;

  write_file (path, data, 100);
  first = read_kept (path);
  second = read_kept (path);
  g_assert_true (first == second);

  write_file (path, data, 50);
  third = read_kept (path);
  g_assert_true (third != second);

  /* What has just been written may be written again within the same tick. */
  write_file (path, longer, 0);
  fourth = read_kept (path);
  fifth = read_kept (path);
  g_assert_true (fourth != third && fourth != fifth);
  g_assert_cmpstr (sg_scenario_get_json (fifth), ==, longer);

  g_unlink (path);
  gone = sg_scenario_cache_read (path, &error);
  g_assert_null (gone);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_rmdir (folder);
}

/* The one that was not used for the longest time makes room. */
static void
test_cache_bound (void)
{
  g_autofree char *folder = g_dir_make_tmp ("storyglass-scenarios-XXXXXX", NULL);
  g_autofree char *data = dup_scenario ("", "");
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) read = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (SgScenario) used = NULL;
  g_autoptr (SgScenario) again = NULL;

  for (guint i = 0; i <= SG_SCENARIO_CACHE_SIZE; i++)
    {
      char *path = g_strdup_printf ("%s/%u.json", folder, i);

      g_ptr_array_add (paths, path);
      write_file (path, data, 100);
      if (i == SG_SCENARIO_CACHE_SIZE)
        used = read_kept (g_ptr_array_index (paths, 0));
      g_ptr_array_add (read, read_kept (path));
    }

  again = read_kept (g_ptr_array_index (paths, 0));
  g_assert_true (used == g_ptr_array_index (read, 0) && again == used);
  g_clear_object (&again);
  again = read_kept (g_ptr_array_index (paths, 1));
  g_assert_true (again != g_ptr_array_index (read, 1));

  for (guint i = 0; i < paths->len; i++)
    g_unlink (g_ptr_array_index (paths, i));
  g_rmdir (folder);
}

/* The lists of the library and of the page for a new story share what they read. */
static void
test_list_is_kept (void)
{
  g_autofree char *folder = g_dir_make_tmp ("storyglass-scenarios-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tiny.json", NULL);
  g_autofree char *data = dup_scenario ("", "");
  g_autofree char *before = g_strdup (g_getenv ("SG_SCENARIO_PATH"));
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (SgScenario) found = NULL;

  write_file (path, data, 100);
  g_setenv ("SG_SCENARIO_PATH", folder, TRUE);
  first = sg_scenario_list_installed ();
  second = sg_scenario_list_installed ();
  found = sg_scenario_find_installed ("tiny", NULL);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_true (g_ptr_array_index (first, 0) == g_ptr_array_index (second, 0));
  g_assert_true (g_ptr_array_index (first, 0) == found);

  if (before != NULL)
    g_setenv ("SG_SCENARIO_PATH", before, TRUE);
  else
    g_unsetenv ("SG_SCENARIO_PATH");
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/world/scenario/load", test_load);
  g_test_add_func ("/world/scenario/json-is-kept", test_json_is_kept);
  g_test_add_func ("/world/scenario/fill-world", test_fill_world);
  g_test_add_func ("/world/scenario/brief", test_brief);
  g_test_add_func ("/world/scenario/short-brief", test_short_brief);
  g_test_add_func ("/world/scenario/syntax-error", test_syntax_error);
  g_test_add_func ("/world/scenario/faults", test_faults);
  g_test_add_func ("/world/scenario/unreachable", test_unreachable);
  g_test_add_func ("/world/scenario/many-faults", test_many_faults);
  g_test_add_func ("/world/scenario/mutations", test_mutations);
  g_test_add_func ("/world/scenario/installed", test_installed);
  g_test_add_func ("/world/scenario/cache", test_cache);
  g_test_add_func ("/world/scenario/cache-bound", test_cache_bound);
  g_test_add_func ("/world/scenario/list-is-kept", test_list_is_kept);

  return g_test_run ();
}
