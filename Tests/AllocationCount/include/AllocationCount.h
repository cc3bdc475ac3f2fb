#pragma once
// How often this thread has asked for memory since it started; -1 where that is not counted.
long allocation_count(void);
