/** What changes good input into bad. */
@org.jspecify.annotations.NullMarked
package sotto.proxy.fuzz;
