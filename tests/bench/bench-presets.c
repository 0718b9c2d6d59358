/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all optimisations bring together, and each of them alone: prints one JSON object.
 *
 *   bench-presets [--brief] [--scene=NAME] [TURNS]
 *
 * The server is one as a large model has it: 400 ms to the first token, then 40 tokens a second.  Each turn is planned,
 * told in 60 tokens and checked by a model (40 tokens); after every fourth turn memories are made.  Three tools
 * take 300 ms each.  There are three scenes:
 *
 *   told      the plan (40 tokens) asks for nothing; the narrator calls the three tools behind its words, 20 tokens
 *             each.  Where the model hears of their results, it tells 20 tokens more
 *   planned   the three tools are steps of the plan, 20 tokens each and 20 for the rest of it
 *   read      as `told`, in a story that has 24 turns of 200 tokens already, on a server that takes 0.25 ms to
 *             read each token of the prompt that it does not know yet
 *
 * Of each scene:
 *
 *   off, on   with every switch off, and with every one on
 *   alone     with every switch off but that one: what it takes off a turn
 *   without   with every switch on but that one: what it adds to a turn
 *
 * All are milliseconds from submission to *narrated*, the moment at which the turn is complete; `off_words` and
 * `on_words` count to the last word of it, which is what the player waits for.  They are the means of TURNS turns (5, so
 * that memories are made in one of them).  Turns are mostly spent waiting, so that several
 * stories are measured side by side, each with a server of its own.  With --brief only off and on are measured, with
 * --scene only one scene. */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench-server.h"
#include "bench-story.h"

/* How many stories are measured at once. */
#define AT_ONCE 6

#define PACE "first-400/pace-25000/tokens-60/call-20/again-20/side-40"

static const struct
{
  const char *name;
  const char *answers;
  int         before;
} scenes[] = {
  { "told", PACE "/tools-3", 0 },
  { "planned", PACE "/plan-20/steps-3", 0 },
  { "read", PACE "/tools-3/read-250", 24 },
};

static gboolean brief;
static char *only_scene;

static const GOptionEntry options[] = {
  { "brief", 0, 0, G_OPTION_ARG_NONE, &brief, "Only off and on", NULL },
  { "scene", 0, 0, G_OPTION_ARG_STRING, &only_scene, "Only that scene", "NAME" },
  { NULL }
};

/* No player says the same thing twice. */
static const char *const inputs[] = {
  "ask the porter about the flood", "force the lock with the crowbar", "follow him down to the cellar",
  "hold the lamp over the water", "pull the chain with both hands", "hide behind the barrels",
  "call out to the ferryman",
};

typedef struct
{
  /* What is measured. */
  guint       scene;
  gboolean    optimised;
  const char *other;

  /* Where it is measured, and what came of it. */
  pid_t       process;
  int         fd;
  struct
  {
    double    narrated;
    double    words;
  } ms;
} Measure;

/* A story with the switches of the measure, and with the turns that it has already: from a server that answers at once,
 * and neither planned nor checked. */
static BenchStory *
begin_story (const Measure *measure,
             int            port)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/tokens-200/side-1", port);
  BenchStory *story = bench_story_new (url);

  sg_engine_settings_set_optimised (story->settings, measure->optimised);
  if (measure->other != NULL)
    g_object_set (story->settings, measure->other, !measure->optimised, NULL);
  for (int i = 0; i < scenes[measure->scene].before; i++)
    bench_story_play_words (story, inputs[i % (int) G_N_ELEMENTS (inputs)]);

  return story;
}

static void
play (Measure *measure,
      int      turns)
{
  g_autoptr (BenchStory) story = NULL;
  g_autofree char *url = NULL;
  pid_t server;
  int port;

  server = bench_server_start (bench_notes_new (), &port);
  url = g_strdup_printf ("http://127.0.0.1:%d/%s", port, scenes[measure->scene].answers);
  bench_story_set_rest (300);
  story = begin_story (measure, port);
  bench_story_set_url (story, url);
  g_object_set (story->settings, "planner", TRUE, "model-checks", TRUE, NULL);

  /* The first turn that a server hears of it reads everything, whatever is switched on. */
  if (scenes[measure->scene].before > 0)
    bench_story_play (story);

  for (int i = 0; i < turns; i++)
    {
      bench_story_play_words (story, inputs[i % (int) G_N_ELEMENTS (inputs)]);
      measure->ms.narrated += (double) story->narrated_us / 1000 / turns;
      measure->ms.words += (double) story->told_us / 1000 / turns;
    }

  kill (server, SIGKILL);
  waitpid (server, NULL, 0);
}

/* Each is measured in a process of its own. */
static void
begin (Measure *measure,
       int      turns)
{
  int fds[2];

  if (pipe (fds) != 0)
    g_error ("No pipe");
  fflush (stdout);
  measure->process = fork ();
  measure->fd = fds[0];
  if (measure->process == 0)
    {
      play (measure, turns);
      if (write (fds[1], &measure->ms, sizeof measure->ms) != (gssize) sizeof measure->ms)
        _exit (1);
      _exit (0);
    }
  close (fds[1]);
}

static void
end (Measure *measure)
{
  if (read (measure->fd, &measure->ms, sizeof measure->ms) != (gssize) sizeof measure->ms)
    g_error ("A story could not be played to its end");
  close (measure->fd);
  waitpid (measure->process, NULL, 0);
}

static gboolean
is_wanted (guint scene)
{
  return only_scene == NULL || g_str_equal (only_scene, scenes[scene].name);
}

static GArray *
list_measures (const char *const *switches)
{
  GArray *measures = g_array_new (FALSE, TRUE, sizeof (Measure));

  for (guint scene = 0; scene < G_N_ELEMENTS (scenes); scene++)
    {
      if (!is_wanted (scene))
        continue;

      for (guint optimised = 0; optimised <= 1; optimised++)
        {
          Measure all = { .scene = scene, .optimised = optimised > 0 };

          g_array_append_val (measures, all);
          for (guint i = 0; switches != NULL && switches[i] != NULL; i++)
            {
              Measure one = { .scene = scene, .optimised = optimised > 0, .other = switches[i] };

              g_array_append_val (measures, one);
            }
        }
    }

  return measures;
}

static void
measure_all (GArray *measures,
             int     turns)
{
  for (guint i = 0; i < measures->len + AT_ONCE; i++)
    {
      if (i >= AT_ONCE)
        end (&g_array_index (measures, Measure, i - AT_ONCE));
      if (i < measures->len)
        begin (&g_array_index (measures, Measure, i), turns);
    }
}

static const Measure *
find (GArray     *measures,
      guint       scene,
      gboolean    optimised,
      const char *other)
{
  for (guint i = 0; i < measures->len; i++)
    {
      const Measure *measure = &g_array_index (measures, Measure, i);

      if (measure->scene == scene && measure->optimised == optimised
          && g_strcmp0 (measure->other, other) == 0)
        return measure;
    }

  g_assert_not_reached ();
}

static void
print_each (GArray            *measures,
            guint              scene,
            const char        *name,
            const char *const *switches,
            gboolean           optimised)
{
  double all = find (measures, scene, optimised, NULL)->ms.narrated;

  printf (",\n    \"%s\": {", name);
  for (guint i = 0; switches[i] != NULL; i++)
    {
      double difference = find (measures, scene, optimised, switches[i])->ms.narrated - all;

      printf ("%s\n      \"%s\": %.1f", i > 0 ? "," : "", switches[i],
              optimised ? difference : -difference);
    }
  printf ("\n    }");
}

static void
print_scene (GArray            *measures,
             guint              scene,
             const char *const *switches)
{
  const Measure *off = find (measures, scene, FALSE, NULL);
  const Measure *on = find (measures, scene, TRUE, NULL);

  printf (",\n  \"%s\": {\n", scenes[scene].name);
  printf ("    \"off_ms\": %.1f,\n    \"on_ms\": %.1f,\n    \"reduction_percent\": %.1f,\n",
          off->ms.narrated, on->ms.narrated,
          (off->ms.narrated - on->ms.narrated) * 100 / off->ms.narrated);
  printf ("    \"off_words_ms\": %.1f,\n    \"on_words_ms\": %.1f,\n    \"words_reduction_percent\": %.1f",
          off->ms.words, on->ms.words, (off->ms.words - on->ms.words) * 100 / off->ms.words);
  if (switches != NULL)
    {
      print_each (measures, scene, "alone_ms", switches, FALSE);
      print_each (measures, scene, "without_ms", switches, TRUE);
    }
  printf ("\n  }");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[TURNS]");
  g_autofree const char **switches = NULL;
  g_autoptr (GArray) measures = NULL;
  g_autoptr (GError) error = NULL;
  int turns;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  turns = argc > 1 ? MAX (1, atoi (argv[1])) : 5;
  if (!brief)
    switches = sg_engine_settings_list_switches ();

  measures = list_measures (switches);
  measure_all (measures, turns);
  printf ("{\n  \"benchmark\": \"presets\",\n  \"turns\": %d", turns);
  for (guint scene = 0; scene < G_N_ELEMENTS (scenes); scene++)
    {
      if (is_wanted (scene))
        print_scene (measures, scene, switches);
    }
  printf ("\n}\n");
  g_free (only_scene);

  return 0;
}
