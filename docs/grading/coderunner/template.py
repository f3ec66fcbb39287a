# The template of a CodeRunner question: a combinator that is its own grader ("Is combinator", grader "Template grader").
# The question's support files hold exercise.yaml; the program is installed on the Jobe server.
import subprocess
import sys

answer = """{{ STUDENT_ANSWER | e('py') }}"""
with open("answer.yaml", "w", encoding="utf-8") as file:
    file.write(answer)
done = subprocess.run(["forklore", "grade", "exercise.yaml", "answer.yaml", "--timeout", "5", "--max-memory", "100M", "--format", "coderunner"],
                      stdout=subprocess.PIPE, universal_newlines=True)
sys.stdout.write(done.stdout or '{"fraction": 0, "prologuehtml": "The grader could not be started."}')
