// SPDX-License-Identifier: MIT
#include "sampler/redaction.h"

#include <gtest/gtest.h>

namespace pyspy {
namespace {

using Words = std::vector<std::string>;

struct Case {
  Words command;
  Words kept;
};

TEST(Redaction, KeepsWhatRuns) {
  const Case kCases[] = {
      {{}, {}},
      {{"python"}, {"python"}},
      {{"python", "app.py"}, {"python", "app.py"}},
      {{"/usr/bin/python3.11", "-u", "/srv/app.py", "--port", "80"},
       {"/usr/bin/python3.11", "-u", "/srv/app.py"}},
      {{"python", "-m", "http.server", "8000"}, {"python", "-m", "http.server"}},
      {{"python", "-mhttp.server", "8000"}, {"python", "-m", "http.server"}},
      {{"python", "-um", "celery", "worker"}, {"python", "-u", "-m", "celery"}},
      {{"python", "-m"}, {"python", "-m"}},
      {{"python", "-X", "dev", "app.py", "x"}, {"python", "-X", "dev", "app.py"}},
      {{"python", "-Xdev", "-W", "ignore", "app.py"},
       {"python", "-Xdev", "-W", "ignore", "app.py"}},
      {{"python", "-bbW", "error", "app.py", "x"}, {"python", "-bb", "-W", "error", "app.py"}},
      {{"python", "-X"}, {"python", "-X"}},
      {{"python", "--check-hash-based-pycs", "never", "app.py", "x"},
       {"python", "--check-hash-based-pycs", "never", "app.py"}},
      {{"python", "-", "x"}, {"python", "-"}},
      {{"python", "--", "-odd.py", "x"}, {"python", "-odd.py"}},
      {{"/opt/my env/bin/python", "app.py", "x"}, {"/opt/my env/bin/python", "app.py"}},
      {{"pypy3", "app.py"}, {"pypy3", "app.py"}},
  };
  for (const Case& one : kCases) EXPECT_EQ(redacted_command(one.command), one.kept);
}

TEST(Redaction, DropsTheTextOfPrograms) {
  const Case kCases[] = {
      {{"python", "-c", "login('hunter2')", "x"}, {"python", "-c"}},
      {{"python", "-clogin('hunter2')"}, {"python", "-c"}},
      {{"python", "-Ic", "login('hunter2')"}, {"python", "-I", "-c"}},
      {{"python", "-uIclogin('hunter2')"}, {"python", "-uI", "-c"}},
  };
  for (const Case& one : kCases) EXPECT_EQ(redacted_command(one.command), one.kept);
}

// Wherever the secret stands that is no interpreter's option, script or module: it is not kept.
TEST(Redaction, NeverKeepsASecret) {
  const Words kCommands[] = {
      {"python", "app.py", "--password=hunter2"},
      {"python", "-m", "app", "hunter2"},
      {"python", "-mapp", "--password=hunter2", "hunter2"},
      {"python", "-c", "hunter2"},
      {"python", "-chunter2", "hunter2"},
      {"python", "-Esc", "hunter2"},
      {"python", "-", "hunter2"},
      {"python", "--password=hunter2", "hunter2"},
      {"python", "-p", "hunter2"},
      {"python", "-phunter2"},
      // Programs that hold an interpreter.
      {"uwsgi", "--set-ph", "password=hunter2"},
      {"uwsgi", "--password=hunter2", "app.ini"},
      {"./app.py", "hunter2"},
      {"uv", "run", "app.py", "hunter2"},
      {"gunicorn", "hunter2"},
      // Titles written over the command line.
      {"[celeryd: celery@host:Main] -active- (worker -b redis://:hunter2@host)", "", ""},
      {"/usr/bin/python3 /srv/app.py --password hunter2", ""},
      {"python app.py hunter2"},
      {"python", "", "hunter2"},
  };
  for (const Words& command : kCommands) {
    for (const std::string& word : redacted_command(command)) {
      EXPECT_EQ(word.find("hunter2"), std::string::npos) << command[0] << ": " << word;
    }
  }
  EXPECT_EQ(redacted_command({"./app.py", "x"}), (Words{"./app.py"}));
  EXPECT_EQ(redacted_command({"gunicorn: master [app]", ""}), (Words{"gunicorn:"}));
}

}  // namespace
}  // namespace pyspy
