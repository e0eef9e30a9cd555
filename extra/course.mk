# The judges of a course: tests/exercises/CHAPTER/EXERCISE.c becomes judges/CHAPTER/EXERCISE, a
# program of its own, built against the ipclab that pkg-config finds. The Makefile that "ipclab new"
# writes includes this file; make runs in the course's folder.
#
#	make                the judges that are out of date
#	make verify         these, and the course held to what it claims
#	make STATIC=yes     judges that need no library of the machine they run on, for whoever has
#	                    another one; "make clean" comes before it
#	make clean          no judges

.DEFAULT_GOAL := judges
PKG_CONFIG ?= pkg-config
IPCLAB ?= ipclab
CFLAGS ?= -O2 -g

JUDGE_SOURCES := $(wildcard tests/exercises/*/*.c)
JUDGES := $(JUDGE_SOURCES:tests/exercises/%.c=judges/%)
# Before make 4.4 what $(shell) starts is told no variable of make's command line.
ASK_IPCLAB := PKG_CONFIG_PATH='$(PKG_CONFIG_PATH)' $(PKG_CONFIG) $(if $(STATIC),--static)
JUDGE_CFLAGS := -std=gnu17 -Wall -Wextra $(shell $(ASK_IPCLAB) --cflags ipclab)
JUDGE_LIBS := $(shell $(ASK_IPCLAB) --libs ipclab)
# Bound at once: each run of a judge forks processes of it, which would each bind by itself.
JUDGE_LDFLAGS := $(if $(STATIC),-static -s,-Wl,-z,now)

# A newer engine makes every judge anew.
JUDGE_LIBRARY := $(wildcard $(patsubst -L%,%/liblab.a,$(filter -L%,$(JUDGE_LIBS))))

judges: $(JUDGES)
$(JUDGES): judges/%: tests/exercises/%.c $(JUDGE_LIBRARY)
	@echo "  CCLD     $@"
	@mkdir -p $(@D)
	@$(CC) $(JUDGE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(JUDGE_LDFLAGS) -MMD -MP -MF $@.d \
		-o $@ $< $(JUDGE_LIBS)
-include $(JUDGES:=.d)

verify: judges
	$(IPCLAB) verify --course .
clean:
	rm -rf judges
.PHONY: judges verify clean
