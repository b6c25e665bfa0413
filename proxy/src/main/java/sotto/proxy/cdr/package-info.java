/** Call detail records: a journal that outlives the process at once, and a database that is asked. Sees b2bua's views. */
@org.jspecify.annotations.NullMarked
package sotto.proxy.cdr;
