/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-breaker.h"

typedef struct
{
  SgClock   *clock;
  SgBreaker *breaker;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_clock_new_manual ();
  fixture->breaker = sg_breaker_new (fixture->clock);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->breaker);
  g_assert_finalize_object (fixture->clock);
}

static void
call (Fixture          *fixture,
      SgBreakerOutcome  outcome)
{
  guint permit = sg_breaker_enter (fixture->breaker, FALSE);

  g_assert_cmpuint (permit, !=, 0);
  sg_breaker_leave (fixture->breaker, permit, outcome);
}

static void
trip (Fixture *fixture)
{
  for (guint i = 0; i < SG_BREAKER_FAILURES; i++)
    call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);
}

static void
test_opens (Fixture       *fixture,
            gconstpointer  data)
{
  for (guint i = 0; i < 4; i++)
    call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);

  /* One success, and it counts from the beginning. */
  call (fixture, SG_BREAKER_SUCCESS);
  for (guint i = 0; i < 4; i++)
    call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);
  g_assert_cmpint (sg_breaker_get_wait (fixture->breaker), ==, 0);

  call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);
  g_assert_cmpuint (sg_breaker_enter (fixture->breaker, FALSE), ==, 0);
  g_assert_cmpint (sg_breaker_get_wait (fixture->breaker), ==, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (sg_breaker_get_trips (fixture->breaker), ==, 1);
}

/* What a call was cancelled for, or what was wrong with it, says nothing of the server. */
static void
test_neither (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < 4; i++)
    call (fixture, SG_BREAKER_FAILURE);
  for (guint i = 0; i < 100; i++)
    call (fixture, SG_BREAKER_NEITHER);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);

  call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);

  /* The probe's place is free again, and nothing has changed. */
  sg_clock_advance (fixture->clock, SG_BREAKER_OPEN_US);
  call (fixture, SG_BREAKER_NEITHER);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);
  call (fixture, SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);
}

static void
test_closes (Fixture       *fixture,
             gconstpointer  data)
{
  guint permit;

  trip (fixture);
  sg_clock_advance (fixture->clock, SG_BREAKER_OPEN_US - 1);
  g_assert_cmpuint (sg_breaker_enter (fixture->breaker, FALSE), ==, 0);
  g_assert_cmpint (sg_breaker_get_wait (fixture->breaker), ==, 1);

  sg_clock_advance (fixture->clock, 1);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);

  /* One at a time. */
  permit = sg_breaker_enter (fixture->breaker, FALSE);
  g_assert_cmpuint (permit, !=, 0);
  g_assert_cmpuint (sg_breaker_enter (fixture->breaker, FALSE), ==, 0);
  sg_breaker_leave (fixture->breaker, permit, SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);

  call (fixture, SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);

  /* And it takes five again. */
  for (guint i = 0; i < 4; i++)
    call (fixture, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);
}

static void
test_opens_again (Fixture       *fixture,
                  gconstpointer  data)
{
  trip (fixture);
  sg_clock_advance (fixture->clock, SG_BREAKER_OPEN_US);
  call (fixture, SG_BREAKER_SUCCESS);
  call (fixture, SG_BREAKER_FAILURE);

  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);
  g_assert_cmpint (sg_breaker_get_wait (fixture->breaker), ==, SG_BREAKER_OPEN_US);
  g_assert_cmpuint (sg_breaker_get_trips (fixture->breaker), ==, 2);
}

static void
test_player (Fixture       *fixture,
             gconstpointer  data)
{
  guint first;
  guint second;

  trip (fixture);
  sg_clock_advance (fixture->clock, 10 * G_USEC_PER_SEC);

  /* The player's own click passes, and passes beside another one. */
  first = sg_breaker_enter (fixture->breaker, TRUE);
  g_assert_cmpuint (first, !=, 0);
  g_assert_cmpuint (sg_breaker_enter (fixture->breaker, FALSE), ==, 0);
  second = sg_breaker_enter (fixture->breaker, TRUE);
  g_assert_cmpuint (second, !=, 0);
  sg_breaker_leave (fixture->breaker, first, SG_BREAKER_SUCCESS);
  sg_breaker_leave (fixture->breaker, second, SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);

  trip (fixture);
  first = sg_breaker_enter (fixture->breaker, TRUE);
  sg_breaker_leave (fixture->breaker, first, SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);
  g_assert_cmpint (sg_breaker_get_wait (fixture->breaker), ==, SG_BREAKER_OPEN_US);
}

/* A slow call that began while all was well neither closes nor opens what has changed since. */
static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
  guint late[3];

  for (guint i = 0; i < G_N_ELEMENTS (late); i++)
    late[i] = sg_breaker_enter (fixture->breaker, FALSE);
  trip (fixture);
  sg_breaker_leave (fixture->breaker, late[0], SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_OPEN);

  sg_clock_advance (fixture->clock, SG_BREAKER_OPEN_US);
  call (fixture, SG_BREAKER_SUCCESS);
  sg_breaker_leave (fixture->breaker, late[1], SG_BREAKER_FAILURE);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);
  sg_breaker_leave (fixture->breaker, late[2], SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_HALF_OPEN);
  call (fixture, SG_BREAKER_SUCCESS);
  g_assert_cmpint (sg_breaker_get_state (fixture->breaker), ==, SG_BREAKER_CLOSED);
}

static void
test_names (void)
{
  g_assert_cmpstr (sg_breaker_state_to_string (SG_BREAKER_CLOSED), ==, "closed");
  g_assert_cmpstr (sg_breaker_state_to_string (SG_BREAKER_OPEN), ==, "open");
  g_assert_cmpstr (sg_breaker_state_to_string (SG_BREAKER_HALF_OPEN), ==, "half-open");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/breaker/opens", test_opens);
  ADD ("/breaker/neither", test_neither);
  ADD ("/breaker/closes", test_closes);
  ADD ("/breaker/opens-again", test_opens_again);
  ADD ("/breaker/player", test_player);
  ADD ("/breaker/late", test_late);
  g_test_add_func ("/breaker/names", test_names);

  return g_test_run ();
}
