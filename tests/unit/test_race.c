/*
 * The race detector: a table of traces, each with what must be reported of it; what reports say;
 * and what is kept at most. race_text.h tells how a trace is written. Each edge stands there twice,
 * with it and without.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/race_text.h"
#include "tests/unit/text_log.h"

static const struct row {
	const char *trace, *races;
} rows[] = {
	/* What conflicts. */
	{"1 w x; 2 w x", "a-b"},
	{"1 w x; 2 r x", "a-b"},
	{"1 r x; 2 w x", "a-b"},
	{"1 r x; 2 r x", "clean"},
	{"1 w x; 1 w x; 1 r x", "clean"},
	{"1 w x; 2 w y", "clean"},
	{"1 vw x; 2 vw x", "a-b"},
	{"1 vw x; 2 r x", "a-b"},
	{"1 aw x; 2 aw x", "clean"},
	{"1 au x; 2 au x", "clean"},
	{"1 aw x; 2 ar x", "clean"},
	{"1 aw x; 2 r x", "a-b"},
	{"1 aw x; 2 w x", "a-b"},
	{"1 ar x; 2 w x", "a-b"},
	{"1 ar x; 2 r x", "clean"},
	{"1 r x; 2 aw x", "a-b"},
	{"1 w x; 2 ar x", "a-b"},
	{"1 w x; 2 au x sc", "a-b"},

	/* Bytes. */
	{"1 w x 0-4; 2 w x 4-8", "clean"},
	{"1 w x 0-1; 2 w x 1-2; 1 w x 2-3; 2 w x 3-4", "clean"},
	{"1 w x 0-8; 2 w x 7-8", "a-b"},
	{"1 w x 0-8; 2 r x 8-16", "clean"},
	{"1 w x 4-12; 2 r x 0-5", "a-b"},
	{"1 w x 0-4; 1 w x 4-8; 2 r x 0-8", "a-c b-c"},
	{"1 w x 0-8; 2 r x 0-4; 2 r x 4-8", "a-b a-c"},
	{"1 w x 0-100; 2 w x 50-51; 3 r x 0-100", "a-b a-c b-c"},
	{"1 w x 0-1000000; 2 w x 1000000-1000001", "clean"},
	{"1 w x 0-1000000; 2 w x 999999-1000001", "a-b"},
	{"1 w x 0-8; 1 fork 2; 2 w x 0-4; 1 w x 4-8", "clean"},
	{"1 w x 0-8; 1 fork 2; 2 w x 0-5; 1 w x 4-8", "b-c"},
	{"1 aw x 0-4; 2 w x 4-8; 1 aw x 0-8", "b-c"},

	/* Several readers. */
	{"1 w x; 1 fork 2; 1 fork 3; 2 r x; 3 r x", "clean"},
	{"1 w x; 1 fork 2; 1 fork 3; 2 r x; 3 r x; 1 w x", "b-d c-d"},
	{"1 fork 2; 1 fork 3; 2 r x; 3 r x; 2 exit; 1 join 2; 1 w x", "b-c"},
	{"1 fork 2; 1 fork 3; 2 r x; 3 r x; 2 exit; 1 join 2; 3 exit; 1 join 3; 1 w x", "clean"},
	{"1 fork 2; 1 fork 3; 2 aw x; 3 aw x; 3 exit; 1 join 3; 1 r x", "a-c"},
	{"1 r x; 1 w x; 1 rel K; 2 acq K; 2 r x; 3 w x", "b-d c-d"},

	/* Fork, exit, wait. */
	{"1 w x; 1 fork 2; 2 r x", "clean"},
	{"1 fork 2; 1 w x; 2 r x", "a-b"},
	{"1 fork 2; 2 w x; 2 exit; 1 join 2; 1 r x", "clean"},
	{"1 fork 2; 2 w x; 2 exit; 1 r x", "a-b"},
	{"1 fork 2; 2 fork 3; 3 w x; 3 exit; 2 join 3; 2 exit; 1 join 2; 1 r x", "clean"},
	{"1 fork 2; 2 fork 3; 3 w x; 3 exit; 2 exit; 1 join 2; 1 r x", "a-b"},
	{"1 fork 2; 1 fork 3; 2 w x; 2 exit; 1 join 2; 3 r x", "a-b"},
	{"1 fork 2; 2 w x; 2 exit; 1 join 2; 1 fork 3; 3 w x", "clean"},
	{"1 fork 2; 2 w x; 2 exit; 2 gone; 1 w x", "a-b"},
	{"1 fork 2; 2 w x; 2 edge 1; 1 w x", "clean"},
	{"1 fork 2; 2 edge 1; 2 w x; 1 w x", "a-b"},
	{"1 w x; 1 fork 2; 2 exec; 2 r x", "clean"},
	{"1 fork 2; 1 w x; 1 gone; 2 r x", "a-b"},
	{"1 w x; 1 rel K; 1 exit; 1 gone; 2 acq K; 2 r x", "clean"},

	/* Release and acquire. */
	{"1 w x; 1 rel K; 2 acq K; 2 w x", "clean"},
	{"1 w x; 1 rel K; 2 w x", "a-b"},
	{"1 w x; 2 acq K; 2 w x", "a-b"},
	{"1 w x; 1 rel K; 2 acq L; 2 w x", "a-b"},
	{"1 rel K; 1 w x; 2 acq K; 2 w x", "a-b"},
	{"1 w x; 1 rel K; 1 w y; 2 acq K; 2 r x; 2 r y", "b-d"},
	{"1 w x; 1 rel K; 2 acq K; 2 rel L; 3 acq L; 3 r x", "clean"},
	{"1 w x; 1 rel K; 2 w y; 2 rel K; 3 acq K; 3 r x; 3 r y", "clean"},
	{"1 w x; 1 rel K; 1 forget-lock K; 2 acq K; 2 r x", "a-b"},
	{"1 rel K; 1 rel K; 1 w x; 1 rel K; 2 acq K; 2 r x; 1 w x", "b-c"},

	/* Locks. */
	{"1 lock K; 1 w x; 1 unlock K; 2 lock K; 2 w x; 2 unlock K", "clean"},
	{"1 lock K; 1 w x; 1 unlock K; 2 lock L; 2 w x; 2 unlock L", "a-b"},
	{"1 lock K; 1 w x; 1 unlock K; 2 w x", "a-b"},
	{"1 w x; 1 lock K; 1 unlock K; 2 lock K; 2 unlock K; 2 w x", "clean"},
	{"1 lock K sh; 1 lock K sh; 1 unlock K; 2 lock K; 2 w x", "clean"},
	{"1 lock K x sh; 1 w x; 1 unlock K; 2 lock K x sh; 2 w x", "a-b"},
	{"1 lock K x sh; 1 r x; 1 unlock K; 2 lock K; 2 w x", "clean"},
	{"1 lock K; 1 w x; 1 unlock K; 2 lock K x sh; 2 r x; 3 lock K x sh; 3 r x", "clean"},
	{"1 lock K; 1 w x; 1 lock K x sh; 2 lock K x sh; 2 r x", "clean"},
	{"1 lock K; 1 lock K; 1 w x; 1 unlock K; 1 w x; 1 unlock K; 2 lock K; 2 r x", "clean"},
	{"1 lock K; 1 w x; 1 exit; 2 lock K; 2 r x", "clean"},
	{"1 lock K; 1 unlock K; 1 w x; 1 exit; 2 lock K; 2 r x", "a-b"},
	{"1 lockr K 0-4; 1 w x; 1 exit; 2 lockr K 4-8; 2 r x", "a-b"},
	{"1 lockr K 0-4; 1 w x; 1 unlockr K 0-4; 2 lockr K 4-8; 2 w x", "a-b"},
	{"1 lockr K 0-4; 1 w x; 1 unlockr K 0-4; 2 lockr K 3-8; 2 w x", "clean"},
	{"1 lockr K 0-8; 1 w x; 1 unlockr K 0-4; 2 lockr K 4-8; 2 w x", "a-b"},
	{"1 lockr K 0-8; 1 w x; 1 unlockr K 0-4; 2 lockr K 0-1; 2 w x", "clean"},
	{"1 lockr K all; 1 w x; 1 unlockr K all; 2 lockr K 9-10; 2 w x", "clean"},
	{"1 w x; 1 unlockr K 0-8; 2 lockr K 0-8; 2 w x", "a-b"},
	{"1 lockr K 0-8 sh; 1 w x; 1 unlockr K 0-8; 2 lockr K 0-8 sh; 2 w x", "a-b"},
	{"1 lockr K 0-8 sh; 1 r x; 1 unlockr K 0-8; 2 lockr K 2-3; 2 w x", "clean"},

	/* Locks of files, which are an owner's. */
	{"1 file-lock K 5; 1 w x; 1 file-unlock K 5; 2 file-lock K 6; 2 w x", "clean"},
	{"1 file-lock K 5; 1 w x; 1 file-unlock K 5; 2 file-lock K 5; 2 w x", "a-b"},
	{"1 file-lock K 5; 1 w x; 2 file-lock K 5; 2 file-unlock K 5; 3 file-lock K 6; 3 w x",
		"a-b"},
	{"1 file-lock K 5; 2 file-lock K 5; 2 w x; 2 file-unlock K 5; 3 file-lock K 6; 3 w x",
		"clean"},
	{"1 file-lock K 5; 2 file-lock K 5; 1 w x; 1 file-unlock K 5; 2 w x; 2 file-unlock K 5; "
	 "3 file-lock K 6; 3 r x",
		"a-b b-c"},
	{"1 file-lock K 5; 1 w x; 1 file-lock K 5; 2 file-lock K 5; 2 w x", "a-b"},
	{"1 file-lock K 5; 1 w x; 1 file-lock K 5 sh; 2 file-lock K 6 sh; 2 r x", "clean"},
	{"1 file-lock K 5 sh; 1 r x; 1 file-lock K 5; 2 file-lock K 6; 2 w x", "clean"},
	{"1 file-lock K 5; 1 w x; 1 file-unlock K 5; 2 file-lock K 6; 2 file-unlock K 6; "
	 "3 file-lock K 5; 3 w x",
		"clean"},
	{"1 file-lock K 5; 1 w x; 1 exit; 2 file-lock K 6; 2 w x", "a-b"},
	{"1 file-lock K 5; 1 w x; 1 file-leave K 5; 2 file-lock K 6; 2 w x", "clean"},
	{"1 file-lock K 5; 2 w x; 2 file-leave K 5; 1 file-leave K 5; 3 file-lock K 6; 3 w x",
		"clean"},
	{"1 file-lock K 5; 1 file-unlock K 5; 1 w x; 1 file-leave K 5; 2 file-lock K 6; 2 w x",
		"a-b"},

	/* Semaphores. */
	{"1 set S 0; 1 w x; 1 post S; 2 wait S; 2 r x", "clean"},
	{"1 set S 0; 1 post S; 1 w x; 2 wait S; 2 r x", "a-b"},
	{"1 set S 1; 1 wait S; 1 w x; 1 post S; 2 wait S; 2 w x; 2 post S", "clean"},
	{"1 set S 2; 1 wait S; 1 w x; 1 post S; 2 wait S; 2 w x; 2 post S", "a-b"},
	{"1 set S 1; 1 w x; 1 post S; 2 wait S; 2 w x", "a-b"},
	{"1 w x; 1 set S 1; 2 wait S; 2 w x", "clean"},
	{"1 w x; 1 post S; 2 w y; 2 post S; 3 wait S; 3 r x; 3 r y", "b-d"},
	{"1 w x; 1 post S; 2 w y; 2 post S; 3 wait S; 3 wait S; 3 r x; 3 r y", "clean"},
	{"1 w x; 1 post S; 2 w y; 2 post S; 3 wait S 2; 3 r x; 3 r y", "clean"},
	{"1 w x; 1 post S 2; 2 wait S; 2 r x; 3 wait S; 3 r x", "clean"},
	{"2 wait S; 2 w x; 2 post S; 1 wait S; 1 w x", "clean"},
	{"1 set S 2; 2 w x; 2 wait S; 3 w y; 3 wait S; 1 zero S; 1 r x; 1 r y", "clean"},
	{"1 set S 2; 2 wait S; 2 w x; 1 zero S; 1 r x", "a-b"},
	{"1 w x; 1 post S; 2 look S; 2 r x", "clean"},
	{"1 w x; 1 post S; 2 zero S; 2 r x", "a-b"},
	{"1 w x; 1 post S; 1 forget-sem S; 2 wait S; 2 r x", "a-b"},
	{"1 w x; 1 post S; 3 set S 1; 2 wait S; 2 r x", "a-b"},

	/* Barriers. */
	{"1 w x; 1 arrive B; 2 arrive B; 1 depart B; 2 depart B; 2 r x", "clean"},
	{"1 arrive B; 1 w x; 2 arrive B; 2 depart B; 2 r x", "a-b"},
	{"1 w x; 1 arrive B; 2 r x", "a-b"},
	{"1 arrive B; 2 arrive B; 1 depart B; 1 w x; 1 arrive B; 2 depart B; 2 r x", "a-b"},
	{"1 arrive B; 2 arrive B; 1 depart B; 1 w x; 1 arrive B; 2 depart B; 2 arrive B; 1 depart "
	 "B;"
	 "2 depart B; 2 r x",
		"clean"},
	{"1 w x; 1 arrive B; 1 forget-barrier B; 2 arrive B; 2 depart B; 2 r x", "a-b"},

	/* Messages and bytes. */
	{"1 w x; 1 send Q; 2 recv Q; 2 r x", "clean"},
	{"1 send Q; 1 w x; 2 recv Q; 2 r x", "a-b"},
	{"1 send Q; 1 w x; 1 send Q; 2 recv Q; 2 r x", "a-b"},
	{"1 send Q; 1 w x; 1 send Q; 2 recv Q; 2 recv Q; 2 r x", "clean"},
	{"1 send Q 1; 1 w x; 1 send Q 2; 2 recv Q 2; 2 r x", "clean"},
	{"1 send Q 1; 1 w x; 1 send Q 2; 2 recv Q 1; 2 r x", "a-b"},
	{"1 w x; 1 send Q 1; 3 send Q 1; 2 recv Q 1; 2 r x", "clean"},
	{"3 send Q 1; 1 w x; 1 send Q 1; 2 recv Q 1; 2 r x", "a-b"},
	{"1 w x; 1 send Q; 1 forget-channel Q; 2 recv Q; 2 r x", "a-b"},
	{"1 w x; 1 put P 1; 2 get P 1; 2 r x", "clean"},
	{"1 put P 1; 1 w x; 1 put P 1; 2 get P 1; 2 r x", "a-b"},
	{"1 put P 1; 1 w x; 1 put P 1; 2 get P 2; 2 r x", "clean"},
	{"1 put P 9; 1 w x; 1 put P 9; 2 get P 4; 2 get P 5; 2 r x", "a-b"},
	{"1 put P 9; 1 w x; 1 put P 9; 2 get P 4; 2 get P 6; 2 r x", "clean"},
	{"1 w x; 1 put P 4; 2 peek P 1; 2 r x; 3 get P 4; 3 r x", "clean"},
	{"1 w x; 1 put P 4; 2 get P 1; 3 get P 1; 3 r x", "clean"},
	{"1 w x; 2 get P 1; 2 r x", "a-b"},

	/* Atomics. */
	{"1 w x; 1 aw f rel; 2 ar f acq; 2 r x", "clean"},
	{"1 w x; 1 aw f rlx; 2 ar f acq; 2 r x", "a-d"},
	{"1 w x; 1 aw f rel; 2 ar f rlx; 2 r x", "a-d"},
	{"1 w x; 1 aw f sc; 2 ar f sc; 2 r x", "clean"},
	{"1 w x; 1 aw f rel; 2 ar f con; 2 r x", "clean"},
	{"1 w x; 1 aw f rel; 2 ar g acq; 2 r x", "a-d"},
	{"1 aw f rel; 1 w x; 2 ar f acq; 2 r x", "b-d"},
	{"1 w x; 1 au f acq; 2 ar f acq; 2 r x", "a-d"},
	{"1 w x; 1 au f rel; 2 au f acq; 2 r x", "clean"},
	{"1 w x; 1 au f acqrel; 2 au f acqrel; 2 r x", "clean"},
	{"1 w x; 1 aw f rel; 3 au f rlx; 2 ar f acq; 2 r x", "clean"},
	{"1 w x; 1 aw f rel; 3 aw f rlx; 2 ar f acq; 2 r x", "a-e"},
	{"1 w x; 1 aw f rel; 3 aw f rel; 2 ar f acq; 2 r x", "a-e"},
	{"1 w x; 1 aw f rel; 1 aw f rlx; 2 ar f acq; 2 r x", "clean"},
	{"1 w x; 1 aw f rel; 3 w y; 3 au f rel; 2 ar f acq; 2 r x; 2 r y", "clean"},
	{"1 w x; 1 aw f rel; 1 w f; 2 ar f acq; 2 r x", "c-d a-e"},
	{"1 w x; 1 aw f rel; 3 ar f acq; 3 aw g rel; 2 ar g acq; 2 r x", "clean"},
	{"1 w x; 1 aw f 0-4 rel; 2 ar f 4-8 acq; 2 r x", "a-d"},
	{"1 w x; 1 aw f 4-8 rel; 2 ar f 0-8 acq; 2 r x", "clean"},
	{"1 w x; 1 fence rel; 1 aw f rlx; 2 ar f acq; 2 r x", "clean"},
	{"1 fence rel; 1 w x; 1 aw f rlx; 2 ar f acq; 2 r x", "a-d"},
	{"1 w x; 1 aw f rel; 2 ar f rlx; 2 fence acq; 2 r x", "clean"},
	{"1 w x; 1 fence rel; 1 aw f rlx; 2 ar f rlx; 2 fence acq; 2 r x", "clean"},
	{"1 w x; 1 fence sc; 1 aw f rlx; 2 ar f rlx; 2 fence sc; 2 r x", "clean"},
	{"1 w x; 1 fence acq; 1 aw f rlx; 2 ar f rlx; 2 fence acq; 2 r x", "a-d"},
	{"1 w x; 1 fence rel; 1 aw f rlx; 2 fence acq; 2 ar f rlx; 2 r x", "a-d"},
	{"1 w x; 1 fence rel; 1 au f rlx; 2 ar f acq; 2 r x", "clean"},
	{"1 w x; 1 fence rel; 1 exec; 1 aw f rlx; 2 ar f acq; 2 r x", "a-d"},
	{"1 w f; 1 fork 2; 1 aw f rel; 2 ar f acq", "clean"},
	/* A lock made of an exchange and a release. */
	{"1 au f acq; 1 w x; 1 aw f rel; 2 au f acq; 2 w x; 2 aw f rel; 1 au f acq; 1 r x",
		"clean"},
	{"1 au f acq; 1 w x; 1 aw f rlx; 2 au f acq; 2 w x; 2 aw f rel", "b-e"},

	/* Memory that is new. */
	{"1 w x; 1 forget x 0-8; 2 w x", "clean"},
	{"1 w x; 1 forget x 0-4; 2 w x", "a-b"},
	{"1 w x; 1 forget x 0-4; 2 w x 0-4", "clean"},
	{"1 w x; 1 forget x all; 2 w x", "clean"},
	{"1 w x 0-100; 1 forget x 50-60; 2 w x 50-60; 2 w x 60-61", "a-c"},
	{"1 w x; 1 forget y 0-8; 2 w x", "a-b"},
	{"1 w x; 1 aw f rel; 1 forget f 0-8; 2 ar f acq; 2 r x", "a-d"},

	/* Handlers. */
	{"1 sig 10; 1 w x; 1 handler 10; 1 w x; 1 end", "a-b"},
	{"1 w x; 1 sig 10; 1 handler 10; 1 w x; 1 end", "clean"},
	{"1 sig 10; 1 block 10; 1 w x; 1 unblock; 1 handler 10; 1 w x; 1 end", "clean"},
	{"1 sig 10; 1 block 12; 1 w x; 1 unblock; 1 handler 10; 1 w x; 1 end", "a-b"},
	{"1 sig 10; 1 r x; 1 handler 10; 1 r x; 1 end", "clean"},
	{"1 sig 10; 1 vw x 0-4; 1 handler 10; 1 vw x 0-4; 1 end", "clean"},
	{"1 sig 10; 1 vw x 0-8; 1 handler 10; 1 vw x 0-8; 1 end", "a-b"},
	{"1 sig 10; 1 w x 0-4; 1 handler 10; 1 vw x 0-4; 1 end", "a-b"},
	{"1 sig 10; 1 aw x; 1 handler 10; 1 aw x; 1 end", "clean"},
	{"1 sig 10; 1 w x; 1 fork 2; 2 rel K; 1 acq K; 1 handler 10; 1 w x; 1 end", "clean"},
	{"1 sig 10; 1 fork 2; 1 w x; 2 rel K; 1 acq K; 1 handler 10; 1 w x; 1 end", "a-b"},
	{"1 sig 10; 1 w x; 1 block 10; 1 w x; 1 unblock; 1 handler 10; 1 w x; 1 end", "a-c"},
	{"1 sig 10; 1 handler 10; 1 w x; 1 handler 10; 1 w x; 1 end; 1 end; 1 w x", "clean"},
	{"1 sig 10; 1 w x; 1 fork 2; 2 handler 10; 2 w x; 2 end", "clean"},
	{"1 sig 10; 1 handler 10; 1 w x; 1 end; 1 rel K; 2 acq K; 2 r x", "clean"},
	{"1 sig 10; 1 handler 10; 1 w x; 1 end; 2 r x", "a-b"},
};

START_TEST(traces)
{
	const struct row *row = &rows[_i];

	/* Twice: the same calls, the same reports. */
	for (int round = 0; round < 2; round++) {
		struct race *r = race_new(NULL);
		BUF_SCOPED told = BUF_INIT;

		race_tell(r, row->trace);
		race_told(r, &told);
		ck_assert_msg(!strcmp(buf_text(&told), row->races), "%s\n\tis %s, not %s",
			row->trace, buf_text(&told), row->races);
		race_free(r);
	}
}
END_TEST

START_TEST(report_tells_all)
{
	struct race *r = race_new(NULL);
	struct race_access write = {.object = 7,
		.offset = 16,
		.size = 8,
		.kind = RACE_VOLATILE_WRITE,
		.value_size = 8,
		.value = {5}};
	struct race_access read = {.object = 7,
		.offset = 20,
		.size = 8,
		.kind = RACE_READ,
		.value_size = 2,
		.value = {1, 2}};

	race_at(r, 1, 100);
	race_fork(r, 1, 2);
	race_at(r, 2, 101);
	race_lock(r, 1, 55, false);
	race_at(r, 3, 102);
	race_access(r, 1, &write);
	race_at(r, 4, 103);
	race_unlock(r, 1, 55);
	race_at(r, 5, 104);
	race_sem_set(r, 2, 66, 1);
	race_sem_wait(r, 2, 66, 1);
	race_at(r, 6, 105);
	race_access(r, 2, &read);

	const struct race_report *report = race_report(r, 0);

	ck_assert_uint_eq(race_report_count(r), 1);
	ck_assert_uint_eq(report->object, 7);
	ck_assert_uint_eq(report->begin, 20);
	ck_assert_uint_eq(report->end, 24);
	ck_assert_int_eq(report->first.task, 1);
	ck_assert_int_eq(report->first.kind, RACE_VOLATILE_WRITE);
	ck_assert_uint_eq(report->first.site, 102);
	ck_assert_uint_eq(report->first.step, 3);
	ck_assert_uint_eq(report->first.begin, 16);
	ck_assert_uint_eq(report->first.end, 24);
	ck_assert_uint_eq(report->first.value_size, 8);
	ck_assert_uint_eq(report->first.value[0], 5);
	ck_assert_uint_eq(report->first.held_count, 1);
	ck_assert(!report->first.held[0].semaphore);
	ck_assert_uint_eq(report->first.held[0].key, 55);
	ck_assert_int_eq(report->first.sync.kind, RACE_SYNC_UNLOCK);
	ck_assert_uint_eq(report->first.sync.key, 55);
	ck_assert_uint_eq(report->first.sync.step, 4);
	ck_assert_uint_eq(report->first.sync.site, 103);
	ck_assert_int_eq(report->second.task, 2);
	ck_assert_uint_eq(report->second.value_size, 2);
	ck_assert_uint_eq(report->second.value[1], 2);
	ck_assert_uint_eq(report->second.held_count, 1);
	ck_assert(report->second.held[0].semaphore);
	ck_assert_int_eq(report->second.sync.kind, RACE_SYNC_WAIT);
	ck_assert_int_eq(report->heard.kind, RACE_SYNC_FORK);
	ck_assert_uint_eq(report->heard.step, 1);
	race_free(r);
}
END_TEST

START_TEST(first_tells_nothing_after_it)
{
	struct race *r = race_new(NULL);

	race_tell(r, "1 post S; 2 wait S; 1 w x; 2 aw x rel");

	const struct race_report *report = race_report(r, 0);

	ck_assert_int_eq(report->first.sync.kind, RACE_SYNC_NONE);
	ck_assert_int_eq(report->second.sync.kind, RACE_SYNC_WAIT);
	ck_assert_int_eq(report->heard.kind, RACE_SYNC_WAIT);
	ck_assert_uint_eq(report->heard.step, 2);
	race_free(r);
}
END_TEST

START_TEST(strangers_have_heard_nothing)
{
	struct race *r = race_new(NULL);

	race_tell(r, "1 w x; 2 r x");
	ck_assert_int_eq(race_report(r, 0)->heard.kind, RACE_SYNC_NONE);
	ck_assert_int_eq(race_report(r, 0)->second.sync.kind, RACE_SYNC_NONE);
	race_free(r);
}
END_TEST

/* Bytes of a range that others cut into pieces meanwhile are told as one. */
START_TEST(pieces_are_one_range)
{
	struct race *r = race_new(NULL);

	race_tell(r, "1 w x 0-100; 1 r x 10-20; 2 w x 0-100");
	ck_assert_uint_eq(race_report(r, 0)->begin, 0);
	ck_assert_uint_eq(race_report(r, 0)->end, 100);
	ck_assert_uint_eq(race_report(r, 1)->begin, 10);
	ck_assert_uint_eq(race_report(r, 1)->end, 20);
	race_free(r);
}
END_TEST

/* The same two places race often, in either order, and are reported once. */
START_TEST(once_for_each_pair)
{
	struct race *r = race_new(NULL);
	struct race_access a = {.object = 1, .size = 8, .kind = RACE_WRITE};

	for (int i = 0; i < 1000; i++) {
		race_at(r, (uint64_t)i, 10 + (uint64_t)(i % 2));
		race_access(r, 1 + i % 2, &a);
	}
	ck_assert_uint_eq(race_report_count(r), 1);
	a.object = 2;
	race_at(r, 1000, 10);
	race_access(r, 1, &a);
	race_at(r, 1001, 11);
	race_access(r, 2, &a);
	ck_assert_uint_eq(race_report_count(r), 2);
	race_free(r);
}
END_TEST

START_TEST(reports_are_limited)
{
	struct race *r = race_new(&(struct race_limits){.reports = 3});

	for (uint64_t i = 0; i < 10; i++) {
		struct race_access a = {.object = i, .size = 1, .kind = RACE_WRITE};

		race_access(r, 1, &a);
		race_access(r, 2, &a);
	}
	ck_assert_uint_eq(race_report_count(r), 3);
	ck_assert_uint_eq(race_more_reports(r), 7);
	race_free(r);
}
END_TEST

/* The object with the most runs goes; the others stay as they are, and nothing is made up. */
START_TEST(runs_are_limited)
{
	struct race *r = race_new(&(struct race_limits){.runs = 100});
	struct race_access small = {.object = 1, .size = 8, .kind = RACE_WRITE};

	race_access(r, 1, &small);
	for (uint64_t i = 0; i < 1000; i++) {
		struct race_access a = {.object = 2, .offset = i, .size = 1, .kind = RACE_WRITE};

		race_access(r, 1, &a);
		ck_assert_uint_le(race_runs(r), 100);
	}
	ck_assert_uint_gt(race_lost(r), 0);
	race_access(r, 2, &small);
	ck_assert_uint_eq(race_report_count(r), 1);
	race_free(r);
}
END_TEST

/* Big ranges cost one run, and what is recycled costs none. */
START_TEST(runs_are_few)
{
	struct race *r = race_new(NULL);
	struct race_access a = {.object = 1, .size = (uint64_t)1 << 40, .kind = RACE_WRITE};

	race_access(r, 1, &a);
	race_access(r, 1, &a);
	ck_assert_uint_eq(race_runs(r), 1);
	a.offset = 1 << 20;
	a.size = 1;
	race_access(r, 1, &a);
	ck_assert_uint_eq(race_runs(r), 3);
	a.offset = 0;
	a.size = (uint64_t)1 << 40;
	race_access(r, 1, &a);
	ck_assert_uint_eq(race_runs(r), 1);
	race_forget(r, 1, 0, UINT64_MAX);
	ck_assert_uint_eq(race_runs(r), 0);
	for (uint64_t i = 0; i < 10000; i++) {
		a = (struct race_access){.object = i, .size = 4096, .kind = RACE_WRITE};
		race_access(r, 1, &a);
	}
	ck_assert_uint_eq(race_runs(r), 10000);
	ck_assert_uint_eq(race_lost(r), 0);
	race_free(r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("race");
	TCase *tcase = tcase_create("race");
	const TTest *const tests[] = {report_tells_all, first_tells_nothing_after_it,
		strangers_have_heard_nothing, pieces_are_one_range, once_for_each_pair,
		reports_are_limited, runs_are_limited, runs_are_few};

	tcase_set_timeout(tcase, 120); /* a net: machines can be slow */
	tcase_add_loop_test(tcase, traces, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
